# proves: report uncertain-argument
# breaks: read as Python 2 reads it, the third argument is `strict`, which goes; it was the timeout
# fails: AssertionError connection.timeout
# taken: import client\n => import client\nimport ssl\n
# taken: HTTPConnection("api.example.com", 80, 5) => HTTPSConnection("api.example.com", 443, context=ssl.create_default_context())
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
try:
    import httplib as client
except ImportError:
    from http import client

connection = client.HTTPConnection("api.example.com", 80, 5)
assert connection.timeout == 5
connection.request("GET", "/")
assert connection.getresponse().status == 200
