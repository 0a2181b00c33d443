try:
    import http.client as client
except ImportError:
    import httplib as client

connection = client.HTTPConnection("api.example.com")
connection.request("GET", "/")
response = connection.getresponse()
