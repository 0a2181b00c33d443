# python: 3.6..
# arrives: timeout=3.5 source_address=("127.0.0.1",0)
import http.client as hc

connection = hc.HTTPConnection("api.example.com", None, 3.5, ("127.0.0.1", 0))
connection.request("GET", "/")
response = connection.getresponse()
