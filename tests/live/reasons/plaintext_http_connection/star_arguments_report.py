# proves: report star-arguments
# breaks: the address holds a port that speaks plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# taken: import http.client\n => import http.client\nimport ssl\n
# taken: HTTPConnection(*address) => HTTPSConnection(*address, context=ssl.create_default_context())
# network: api.example.com:8080 plaintext
import http.client
import json

address = json.loads('["api.example.com", 8080]')
connection = http.client.HTTPConnection(*address)
connection.request("GET", "/")
assert connection.getresponse().status == 200
