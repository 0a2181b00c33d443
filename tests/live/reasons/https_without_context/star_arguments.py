# proves: report star-arguments
# breaks: the hidden arguments hold a context
# fails: TypeError context
# taken: **options => context=ssl.create_default_context(), **options
# network: api.example.com:443 tls
import http.client
import ssl


def options_of(timeout):
    return {"timeout": timeout, "context": ssl.create_default_context()}


options = options_of(5)
connection = http.client.HTTPSConnection("api.example.com", **options)
connection.request("GET", "/")
assert connection.getresponse().status == 200
