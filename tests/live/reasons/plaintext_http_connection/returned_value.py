# proves: unsafe returned-value
# breaks: another caller, a doctest, expects the old URL
# fails: AssertionError doctest.testmod
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import doctest
import xmlrpc.client


def url():
    """The service.

    >>> url()
    'http://api.example.com/'
    """
    return "http://api.example.com/"


assert xmlrpc.client.ServerProxy(url()).transport() in ("plaintext", "tls")
assert doctest.testmod().failed == 0
