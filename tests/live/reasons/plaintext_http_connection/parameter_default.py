# proves: unsafe parameter-default
# breaks: the documentation shows the old URL
# fails: AssertionError doctest.testmod
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import doctest
import inspect
import xmlrpc.client


def service(url="http://api.example.com/"):
    """The service.

    >>> inspect.signature(service)
    <Signature (url='http://api.example.com/')>
    """
    return xmlrpc.client.ServerProxy(url)


assert service().transport() in ("plaintext", "tls")
assert doctest.testmod().failed == 0
