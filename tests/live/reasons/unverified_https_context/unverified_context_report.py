# proves: report unverified-context
# breaks: every client of the process verifies, and the server has a certificate that it made for itself
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# taken: ssl._create_unverified_context => ssl.create_default_context
# network: api.example.com:443 unknown_issuer
import http.client
import ssl

ssl._create_default_https_context = ssl._create_unverified_context
connection = http.client.HTTPSConnection("api.example.com")
connection.request("GET", "/")
assert connection.getresponse().status == 200
