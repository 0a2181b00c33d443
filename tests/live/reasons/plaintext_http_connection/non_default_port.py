# proves: unsafe non-default-port
# breaks: that port speaks plaintext, and only that
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# network: api.example.com:8080 plaintext
# network: api.example.com:443 tls
import http.client

connection = http.client.HTTPConnection("api.example.com", 8080)
connection.request("GET", "/")
assert connection.getresponse().status == 200
