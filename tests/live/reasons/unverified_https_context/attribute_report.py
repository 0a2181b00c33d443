# proves: report attribute
# beside: unverified-context reassigned
# breaks: the attribute gets one of two contexts, and this one is for a server with a certificate that it made for itself
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED|CertificateError
# taken: ssl._create_unverified_context() => ssl.create_default_context()
# network: api.example.com:443 unknown_issuer
import http.client
import ssl
import sys


class Client:
    def __init__(self, verify):
        self.context = ssl._create_unverified_context()
        if verify:
            self.context = ssl.create_default_context()

    def connect(self):
        return http.client.HTTPSConnection("api.example.com", context=self.context)


connection = Client(len(sys.argv) > 1).connect()
connection.request("GET", "/")
assert connection.getresponse().status == 200
