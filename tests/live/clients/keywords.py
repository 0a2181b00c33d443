# python: 3.7..
# arrives: timeout=3.5 source_address=("127.0.0.1",0) blocksize=4096
from http.client import HTTPConnection

connection = HTTPConnection(
    "api.example.com",
    blocksize=4096,  # bytes
    source_address=("127.0.0.1", 0),
    timeout=3.5,
)
connection.request("GET", "/")
response = connection.getresponse()
