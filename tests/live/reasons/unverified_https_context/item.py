# proves: unsafe item
# beside: unverified-context
# breaks: other code reads the container, for a server with a certificate that it made for itself
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# network: api.example.com:443 tls
# network: status.example.org:443 unknown_issuer
import http.client
import ssl

CONTEXTS = {}
CONTEXTS["lax"] = ssl._create_unverified_context()


def ask(host, contexts):
    connection = http.client.HTTPSConnection(host, **{"context": contexts["lax"]})
    connection.request("GET", "/")
    return connection.getresponse().status


connection = http.client.HTTPSConnection("api.example.com", context=CONTEXTS["lax"])
connection.request("GET", "/")
assert connection.getresponse().status == 200
assert ask("status.example.org", CONTEXTS) == 200
