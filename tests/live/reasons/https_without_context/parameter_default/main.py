# proves: unsafe parameter-default
# breaks: a caller passes another class, which takes no context
# fails: TypeError context
# network: api.example.com:443 tls
import http.client
import sys

from recorded import Recorded, run


def status(make=http.client.HTTPSConnection):
    connection = make("api.example.com")
    connection.request("GET", "/")
    return connection.getresponse().status


assert status() == 200
assert run(sys.modules["__main__"], "status", Recorded) == 200
