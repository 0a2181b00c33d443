# proves: unsafe argument
# beside: unverified-context
# breaks: the function keeps the context, with which the program then asks another server
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# network: api.example.com:443 tls
# network: status.example.org:443 unknown_issuer
import http.client
import ssl

kept = []


def _connect(host, context):
    kept.append(context)
    return http.client.HTTPSConnection(host, context=context)


connection = _connect("api.example.com", ssl._create_unverified_context())
connection.request("GET", "/")
assert connection.getresponse().status == 200
connection = http.client.HTTPSConnection("status.example.org", **{"context": kept[0]})
connection.request("GET", "/")
assert connection.getresponse().status == 200
