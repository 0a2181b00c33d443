# proves: unsafe returned-value
# beside: unverified-context
# breaks: another caller asks a server with a certificate that it made for itself
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# network: api.example.com:443 tls
# network: status.example.org:443 unknown_issuer
import http.client
import ssl


def lax():
    return ssl._create_unverified_context()


def ask(host, make):
    connection = http.client.HTTPSConnection(host, **{"context": make()})
    connection.request("GET", "/")
    return connection.getresponse().status


connection = http.client.HTTPSConnection("api.example.com", context=lax())
connection.request("GET", "/")
assert connection.getresponse().status == 200
assert ask("status.example.org", lax) == 200
