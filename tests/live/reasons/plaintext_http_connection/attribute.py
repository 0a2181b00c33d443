# proves: unsafe attribute
# breaks: other code reads the attribute, and expects the old URL
# fails: AssertionError describe
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import xmlrpc.client


class Service:
    def __init__(self):
        self.url = "http://api.example.com/"
        self.proxy = xmlrpc.client.ServerProxy(self.url)


def describe(service, name):
    return getattr(service, name)


assert Service().proxy.transport() in ("plaintext", "tls")
assert describe(Service(), "url") == "http://api.example.com/"
