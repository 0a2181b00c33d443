# arrives: timeout=3.5
try:
    import http.client as client
except ImportError:
    import httplib as client


def fetch(host, ssl=False):
    connection = client.HTTPConnection(host, timeout=3.5)
    assert not ssl
    connection.request("GET", "/")
    return connection, connection.getresponse()


connection, response = fetch("api.example.com")
