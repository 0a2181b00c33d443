from http.client import HTTPConnection


def fetch():
    connection = HTTPConnection("api.example.com")
    connection.request("GET", "/")
    return connection.getresponse().status
