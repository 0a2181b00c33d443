"""Labels for parcels. The printer is from 2009 and speaks no TLS."""

from http.client import HTTPConnection


def print_label(text):
    printer = HTTPConnection("labels.shop.internal:9100")
    printer.request("POST", "/print", body=text)
    return printer.getresponse().status
