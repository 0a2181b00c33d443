# python: 3.6..
"""A module that imports late."""
from __future__ import print_function


def fetch():
    from http.client import HTTPConnection

    connection = HTTPConnection("api.example.com")
    connection.request("GET", "/")
    return connection, connection.getresponse()


connection, response = fetch()
