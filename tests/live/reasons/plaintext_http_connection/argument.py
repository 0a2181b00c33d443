# proves: unsafe argument
# breaks: the function also keeps what it was given
# fails: AssertionError asked
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import xmlrpc.client

asked = []


def _service(url):
    asked.append(url)
    return xmlrpc.client.ServerProxy(url)


assert _service("http://api.example.com/").transport() in ("plaintext", "tls")
assert asked == ["http://api.example.com/"]
