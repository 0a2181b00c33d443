# proves: unsafe environment-default
# beside: unverified-context
# breaks: without the setting, a server with a certificate that it made for itself is asked
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# network: api.example.com:443 unknown_issuer
import http.client
import ssl

settings = {}
context = settings.get("context", ssl._create_unverified_context())
connection = http.client.HTTPSConnection("api.example.com", context=context)
connection.request("GET", "/")
assert connection.getresponse().status == 200
