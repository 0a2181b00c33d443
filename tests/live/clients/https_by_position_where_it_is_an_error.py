# python: 3.12..
# before: TypeError
# arrives: timeout=3.5 source_address=("127.0.0.1",0)
import http.client

connection = http.client.HTTPSConnection("api.example.com", 443, None, None, 3.5, ("127.0.0.1", 0))
connection.request("GET", "/")
response = connection.getresponse()
