# before: default
try:
    import http.client as client
except ImportError:
    import httplib as client

connection = client.HTTPSConnection("api.example.com", context=None)
connection.request("GET", "/")
response = connection.getresponse()
