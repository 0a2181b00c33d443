# before: default
try:
    import http.client as client
except ImportError:
    import httplib as client


def fetch(host, ssl):
    connection = client.HTTPSConnection(host) if ssl else None
    connection.request("GET", "/")
    return connection, connection.getresponse()


connection, response = fetch("api.example.com", True)
