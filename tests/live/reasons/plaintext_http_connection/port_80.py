# proves: report port-80
# breaks: TLS on the port of plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# taken: import http.client\n => import http.client\nimport ssl\n
# taken: HTTPConnection(f"api.example.com:{80}") => HTTPSConnection(f"api.example.com:{80}", context=ssl.create_default_context())
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import http.client

connection = http.client.HTTPConnection(f"api.example.com:{80}")
connection.request("GET", "/")
assert connection.getresponse().status == 200
