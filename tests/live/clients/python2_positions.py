# python: 2.7..2.7
# arrives: timeout=3.5 source_address=("127.0.0.1",0)
import httplib

connection = httplib.HTTPConnection("api.example.com", 80, True, 3.5, ("127.0.0.1", 0))
connection.request("GET", "/")
response = connection.getresponse()
