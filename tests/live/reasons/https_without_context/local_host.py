# proves: unsafe local-host
# old: without verification
# breaks: on a Python that verifies nothing, the certificate that a machine makes for itself did
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# network: localhost:443 unknown_issuer
try:
    import httplib as client
except ImportError:
    from http import client

connection = client.HTTPSConnection("localhost")
connection.request("GET", "/")
assert connection.getresponse().status == 200
