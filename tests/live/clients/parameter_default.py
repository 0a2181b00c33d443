# python: 3.6..
import http.client


def fetch(factory=http.client.HTTPConnection):
    connection = factory("api.example.com")
    connection.request("GET", "/")
    return connection, connection.getresponse()


connection, response = fetch()
