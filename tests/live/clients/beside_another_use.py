# python: 3.6..
from http.client import HTTPConnection

connection = HTTPConnection("api.example.com")
assert isinstance(connection, HTTPConnection)
connection.request("GET", "/")
response = connection.getresponse()
