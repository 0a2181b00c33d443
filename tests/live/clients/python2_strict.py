# python: 2.7..2.7
# arrives: strict=True
from httplib import HTTPConnection

connection = HTTPConnection("api.example.com", None, True)
print "connected to", connection.host
connection.request("GET", "/")
response = connection.getresponse()
