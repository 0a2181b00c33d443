# before: unverified
import ssl

try:
    import http.client as client
except ImportError:
    import httplib as client

connection = client.HTTPSConnection("api.example.com", context=ssl._create_stdlib_context())
connection.request("GET", "/")
response = connection.getresponse()
