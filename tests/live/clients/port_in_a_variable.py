# ports: 8080 8080
try:
    import http.client as client
except ImportError:
    import httplib as client

port = int("8080")
connection = client.HTTPConnection("api.example.com", port)
connection.request("GET", "/")
response = connection.getresponse()
