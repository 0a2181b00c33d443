# proves: unsafe default-context-replaced
# breaks: the default context of the program trusts the server, and the new one does not
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# network: api.example.com:443 unknown_issuer
import http.client
import ssl

import trust

ssl._create_default_https_context = trust.context
connection = http.client.HTTPSConnection("api.example.com")
connection.request("GET", "/")
assert connection.getresponse().status == 200
