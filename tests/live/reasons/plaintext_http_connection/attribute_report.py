# proves: report attribute
# breaks: other code reads the class from the attribute, for a host that speaks plaintext
# fails: ConnectionRefusedError status.example.org:443
# taken: import http.client\n => import http.client\nimport ssl\n
# taken: = http.client.HTTPConnection\n => = http.client.HTTPSConnection\n
# taken: ("api.example.com") => ("api.example.com", context=ssl.create_default_context())
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
# network: status.example.org:80 plaintext
import http.client


class Client:
    def __init__(self):
        self.connection_class = http.client.HTTPConnection

    def status(self):
        connection = self.connection_class("api.example.com")
        connection.request("GET", "/")
        return connection.getresponse().status


def probe(client, name):
    connection = getattr(client, name)("status.example.org")
    connection.request("GET", "/")
    return connection.getresponse().status


assert Client().status() == 200
assert probe(Client(), "connection_class") == 200
