try:
    import http.client as client
except ImportError:
    import httplib as client

connection = client.HTTPConnection("localhost")
connection.request("GET", "/")
response = connection.getresponse()
