# proves: report guarded-import
# old: without ssl
# breaks: the program also runs on a Python without `ssl`
# fails: AttributeError HTTPSConnection|create_default_context
# taken: HTTPConnection("api.example.com") => HTTPSConnection("api.example.com", context=ssl.create_default_context())
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import http.client

try:
    import ssl
except ImportError:
    ssl = None

connection = http.client.HTTPConnection("api.example.com")
connection.request("GET", "/")
assert connection.getresponse().status == 200
