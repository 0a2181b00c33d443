# proves: report conditional
# beside: unverified-context
# breaks: the program chooses, and was asked not to verify
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# taken: ssl._create_unverified_context() => ssl.create_default_context()
# network: api.example.com:443 unknown_issuer
import http.client
import ssl
import sys

verify = len(sys.argv) > 1
context = ssl.create_default_context(cafile=sys.argv[1]) if verify else ssl._create_unverified_context()
connection = http.client.HTTPSConnection("api.example.com", context=context)
connection.request("GET", "/")
assert connection.getresponse().status == 200
