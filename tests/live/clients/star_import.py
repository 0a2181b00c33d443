# python: 3.6..
from http.client import *

connection = HTTPConnection("api.example.com")
connection.request("GET", "/")
response = connection.getresponse()
