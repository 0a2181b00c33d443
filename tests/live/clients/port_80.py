# arrives: timeout=3.5
try:
    from http.client import HTTPConnection
except ImportError:
    from httplib import HTTPConnection

connection = HTTPConnection("api.example.com", 80, timeout=3.5)
connection.request("GET", "/")
response = connection.getresponse()
