# proves: report attribute
# beside: unverified-context
# breaks: the object is configured by hand, for a server with a certificate that it made for itself
# fails: ValueError check_hostname
# taken: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) => ssl.create_default_context()
# taken: self.context.check_hostname = False\n => pass\n
# network: api.example.com:443 unknown_issuer
import http.client
import ssl


class Client:
    def __init__(self):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE

    def connect(self):
        return http.client.HTTPSConnection("api.example.com", context=self.context)


connection = Client().connect()
connection.request("GET", "/")
assert connection.getresponse().status == 200
