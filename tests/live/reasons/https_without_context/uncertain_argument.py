# proves: report uncertain-argument
# python: 3.6..3.11
# breaks: read as Python 2 reads it, the fifth argument is `strict`, which goes; it was the timeout
# fails: AssertionError connection.timeout
# taken: import client\n => import client\nimport ssl\n
# taken: "api.example.com", 443, None, None, 5) => "api.example.com", 443, context=ssl.create_default_context())
# network: api.example.com:443 tls
try:
    import httplib as client
except ImportError:
    from http import client

connection = client.HTTPSConnection("api.example.com", 443, None, None, 5)
assert connection.timeout == 5
connection.request("GET", "/")
assert connection.getresponse().status == 200
