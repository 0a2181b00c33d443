# proves: report shadowed-module
# breaks: the module that has the name is another one
# fails: AttributeError create_default_context
# taken: import http.client\n => import http.client\nimport ssl\n
# taken: HTTPConnection("api.example.com") => HTTPSConnection("api.example.com", context=ssl.create_default_context())
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import http.client

connection = http.client.HTTPConnection("api.example.com")
connection.request("GET", "/")
assert connection.getresponse().status == 200
