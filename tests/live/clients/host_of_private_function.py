# python: 3.6..
import http.client


def _connect(host, port=80):
    return http.client.HTTPConnection(host, port)


connection = _connect("api.example.com")
connection.request("GET", "/")
response = connection.getresponse()
