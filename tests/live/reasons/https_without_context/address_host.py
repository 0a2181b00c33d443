# proves: unsafe address-host
# old: without verification
# breaks: on a Python that verifies nothing, any certificate did; this one is for the names of the server
# fails: ssl.CertificateError match
# network: 93.184.216.34:443 tls
try:
    import httplib as client
except ImportError:
    from http import client

connection = client.HTTPSConnection("93.184.216.34")
connection.request("GET", "/")
assert connection.getresponse().status == 200
