# python: 3.6..
from ssl import create_default_context as secure
from http.client import HTTPConnection, HTTPSConnection

first = HTTPConnection("api.example.com")
second = HTTPSConnection("api.example.com", 443)
for connection in second, first:
    connection.request("GET", "/")
    response = connection.getresponse()
