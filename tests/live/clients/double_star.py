# arrives: timeout=3.5
try:
    import http.client as client
except ImportError:
    import httplib as client

options = {"timeout": 3.5}
connection = client.HTTPConnection("api.example.com", **options)
connection.request("GET", "/")
response = connection.getresponse()
