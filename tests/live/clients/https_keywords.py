# before: default
# arrives: timeout=3.5 source_address=("127.0.0.1",0)
try:
    from http.client import HTTPSConnection
except ImportError:
    from httplib import HTTPSConnection

options = dict(source_address=("127.0.0.1", 0))
connection = HTTPSConnection("api.example.com", 443, timeout=3.5, source_address=options["source_address"])
connection.request("GET", "/")
response = connection.getresponse()
