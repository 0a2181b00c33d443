# python: 2.7..2.7
from httplib import *

connection = HTTPConnection("api.example.com")
connection.request("GET", "/")
response = connection.getresponse()
