# proves: report reassigned
# breaks: the program asks another host, in plaintext, and only the first assignment is edited
# fails: AssertionError previous
# taken: url = "http://api.example.com/"\n => url = "https://api.example.com/"\n
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import sys
import xmlrpc.client

url = "http://api.example.com/"
previous = url
if len(sys.argv) > 1:
    url = sys.argv[1]
proxy = xmlrpc.client.ServerProxy(url)
assert proxy.transport() in ("plaintext", "tls")
assert previous == "http://api.example.com/"
