# proves: unsafe conditional
# breaks: the program chooses, and goes on with its choice
# fails: AssertionError sys.argv
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import sys
import xmlrpc.client

url = sys.argv[1] if len(sys.argv) > 1 else "http://api.example.com/"
proxy = xmlrpc.client.ServerProxy(url)
assert proxy.transport() in ("plaintext", "tls")
assert len(sys.argv) > 1 or url == "http://api.example.com/"
