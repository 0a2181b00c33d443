try:
    from http.client import HTTPConnection
except ImportError:
    from httplib import HTTPConnection

connection = HTTPConnection(port=80, host="api.example.com")
connection.request("GET", "/")
response = connection.getresponse()
