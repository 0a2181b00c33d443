try:
    from http.client import HTTPConnection as Plain
except ImportError:
    from httplib import HTTPConnection as Plain

connection = Plain("api.example.com")
connection.request("GET", "/")
response = connection.getresponse()
