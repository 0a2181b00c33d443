# python: 2.7..2.7
# before: default
# arrives: timeout=3.5 source_address=("127.0.0.1",0)
import httplib

connection = httplib.HTTPSConnection("api.example.com", 443, None, None, False, 3.5, ("127.0.0.1", 0))
connection.request("GET", "/")
response = connection.getresponse()
