# proves: unsafe uncertain-argument
# breaks: a port follows later, which speaks plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# network: api.example.com:8080 plaintext
import functools
import http.client

connect = functools.partial(http.client.HTTPConnection, "api.example.com")
connection = connect(8080)
connection.request("GET", "/")
assert connection.getresponse().status == 200
