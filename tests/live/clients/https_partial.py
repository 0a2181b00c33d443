# before: default
# arrives: timeout=3.5
import functools

try:
    import http.client as client
except ImportError:
    import httplib as client

connect = functools.partial(client.HTTPSConnection, timeout=3.5)
connection = connect("api.example.com")
connection.request("GET", "/")
response = connection.getresponse()
