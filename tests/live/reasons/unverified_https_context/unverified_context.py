# proves: unsafe unverified-context
# breaks: the server has a certificate that it made for itself
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# network: api.example.com:443 unknown_issuer
import http.client
import ssl

connection = http.client.HTTPSConnection("api.example.com", context=ssl._create_unverified_context())
connection.request("GET", "/")
assert connection.getresponse().status == 200
