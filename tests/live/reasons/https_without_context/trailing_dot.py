# proves: unsafe trailing-dot
# old: without verification
# breaks: on a Python that verifies nothing, any certificate did; none holds the name with its dot
# fails: ssl.CertificateError match
# network: api.example.com.:443 tls
try:
    import httplib as client
except ImportError:
    from http import client

connection = client.HTTPSConnection("api.example.com.")
connection.request("GET", "/")
assert connection.getresponse().status == 200
