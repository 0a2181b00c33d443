# proves: unsafe unverified-context
# breaks: the lines switch verification off for a server with a certificate that it made for itself
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED|CertificateError
# network: api.example.com:443 unknown_issuer
import http.client
import ssl

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.load_default_certs()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
connection = http.client.HTTPSConnection("api.example.com", context=context)
connection.request("GET", "/")
assert connection.getresponse().status == 200
