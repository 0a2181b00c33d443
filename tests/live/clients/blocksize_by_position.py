# python: 3.7..
# arrives: timeout=3.5 source_address=("127.0.0.1",0) blocksize=4096
from http import client

connection = client.HTTPConnection("api.example.com", 80, 3.5, ("127.0.0.1", 0), 4096)
connection.request("GET", "/")
response = connection.getresponse()
