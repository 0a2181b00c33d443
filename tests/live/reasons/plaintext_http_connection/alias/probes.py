import sys


def status_with(module, name):
    connection = getattr(sys.modules[module], name)("status.example.org")
    connection.request("GET", "/")
    return connection.getresponse().status
