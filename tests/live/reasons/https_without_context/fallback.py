# proves: report fallback
# old: without create_default_context
# breaks: the call is there for a Python that cannot make such a context
# fails: AttributeError create_default_context
# taken: = http.client.HTTPSConnection("api.example.com")\n => = http.client.HTTPSConnection("api.example.com", context=ssl.create_default_context())\n
# network: api.example.com:443 tls
import http.client
import ssl

try:
    connection = http.client.HTTPSConnection("api.example.com", context=ssl.create_default_context())
except AttributeError:
    connection = http.client.HTTPSConnection("api.example.com")
connection.request("GET", "/")
assert connection.getresponse().status == 200
