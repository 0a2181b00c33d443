# proves: unsafe item
# breaks: another module reads the container by its name, and expects the old URL
# fails: AssertionError inventory.of
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import xmlrpc.client

import inventory

SERVICES = {}
SERVICES["api"] = "http://api.example.com/"

proxy = xmlrpc.client.ServerProxy(SERVICES["api"])
assert proxy.transport() in ("plaintext", "tls")
assert inventory.of("__main__", "SERVICES") == ["http://api.example.com/"]
