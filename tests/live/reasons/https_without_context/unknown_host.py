# proves: unsafe unknown-host
# old: without verification
# breaks: on a Python that verifies nothing, the certificate did that a host of the setting made for itself
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# network: api.example.com:443 unknown_issuer
import json

try:
    import httplib as client
except ImportError:
    from http import client

settings = json.loads('{"host": "api.example.com"}')
connection = client.HTTPSConnection(settings["host"])
connection.request("GET", "/")
assert connection.getresponse().status == 200
