# arrives: timeout=3.5
import functools

try:
    import http.client as client
except ImportError:
    import httplib as client

connect = functools.partial(client.HTTPConnection, "api.example.com", timeout=3.5)
connection = connect()
connection.request("GET", "/")
response = connection.getresponse()
