# arrives: timeout=3.5 source_address=("127.0.0.1",0)
try:
    import http.client as client
except ImportError:
    import httplib as client

connection = client.HTTPConnection("api.example.com", 80, timeout=3.5, source_address=("127.0.0.1", 0))
connection.request("GET", "/")
response = connection.getresponse()
