# proves: unsafe shared-value
# breaks: the program sends its URL on, to whom it has told its URL before
# fails: AssertionError URL in KNOWN
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import xmlrpc.client

URL = "http://api.example.com/"
KNOWN = {"http://api.example.com/": "the service"}

proxy = xmlrpc.client.ServerProxy(URL)
assert proxy.transport() in ("plaintext", "tls")
assert URL in KNOWN
