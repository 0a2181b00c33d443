# proves: unsafe attribute
# beside: unverified-context
# breaks: other code reads the attribute, for a server with a certificate that it made for itself
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED|CertificateError
# network: api.example.com:443 tls
# network: status.example.org:443 unknown_issuer
import http.client
import ssl


class Client:
    def __init__(self):
        self.context = ssl._create_unverified_context()

    def connect(self):
        return http.client.HTTPSConnection("api.example.com", context=self.context)


def ask(client, name):
    connection = http.client.HTTPSConnection("status.example.org", context=getattr(client, name))
    connection.request("GET", "/")
    return connection.getresponse().status


connection = Client().connect()
connection.request("GET", "/")
assert connection.getresponse().status == 200
assert ask(Client(), "context") == 200
