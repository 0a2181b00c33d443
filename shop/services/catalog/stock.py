"""How many of an article are left, as the inventory says."""

import http.client
import json

INVENTORY = "inventory.shop.internal"


def stock(article):
    connection = http.client.HTTPConnection(INVENTORY, timeout=5)
    connection.request("GET", f"/articles/{article}")
    return json.load(connection.getresponse())["left"]


def reserve(article, count):
    connection = http.client.HTTPConnection(INVENTORY, timeout=5)
    connection.request("POST", f"/articles/{article}/reserve", body=str(count))
    return connection.getresponse().status == 200
