"""Charges a card by the payment service."""

import json
from http.client import HTTPConnection

HEADERS = {"Content-Type": "application/json"}


def charge(card, cents):
    connection = HTTPConnection("payments.shop.internal", 8443)
    connection.request("POST", "/charges", json.dumps({"card": card, "cents": cents}), HEADERS)
    return json.load(connection.getresponse())


def refund(charge_id):
    connection = HTTPConnection("payments.shop.internal", 8443)
    connection.request("DELETE", f"/charges/{charge_id}")
    return connection.getresponse().status
