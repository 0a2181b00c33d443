# python: 3.6..3.11
# before: default
# arrives: timeout=3.5 source_address=("127.0.0.1",0)
import http.client

connection = http.client.HTTPSConnection("api.example.com", 443, None, None, 3.5, ("127.0.0.1", 0))
connection.request("GET", "/")
response = connection.getresponse()
