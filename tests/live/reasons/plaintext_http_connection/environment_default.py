# proves: unsafe environment-default
# breaks: the documentation shows the old URL
# fails: AssertionError doctest.testmod
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import doctest
import os
import xmlrpc.client


def service():
    """The service at `SERVICE`, or where it is by default:

    >>> service()
    <ServerProxy for api.example.com/>
    >>> default_of("SERVICE")
    'http://api.example.com/'
    """
    return xmlrpc.client.ServerProxy(os.environ.get("SERVICE", "http://api.example.com/"))


def default_of(name):
    return [constant for constant in service.__code__.co_consts if "://" in str(constant)][-1]


assert service().transport() in ("plaintext", "tls")
assert doctest.testmod().failed == 0
