# proves: unsafe star-arguments
# breaks: the hidden arguments hold a port that speaks plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# network: api.example.com:8080 plaintext
import http.client
import json

options = json.loads('{"port": 8080}')
connection = http.client.HTTPConnection("api.example.com", **options)
connection.request("GET", "/")
assert connection.getresponse().status == 200
