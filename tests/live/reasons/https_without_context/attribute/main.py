# proves: unsafe attribute
# breaks: other code puts another class there, which takes no context
# fails: TypeError context
# network: api.example.com:443 tls
import http.client

from recorded import Recorded


class Client:
    def __init__(self):
        self.make = http.client.HTTPSConnection

    def status(self):
        connection = self.make("api.example.com")
        connection.request("GET", "/")
        return connection.getresponse().status


client = Client()
assert client.status() == 200
setattr(client, "make", Recorded)
assert client.status() == 200
