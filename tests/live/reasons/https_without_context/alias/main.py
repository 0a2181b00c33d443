# proves: unsafe alias
# breaks: a caller passes another class than the annotation says, which takes no context
# fails: TypeError context
# network: api.example.com:443 tls
import http.client
import sys

from recorded import Recorded, run


def status(make: http.client.HTTPSConnection):
    connection = make("api.example.com")
    connection.request("GET", "/")
    return connection.getresponse().status


assert run(sys.modules["__main__"], "status", http.client.HTTPSConnection) == 200
assert run(sys.modules["__main__"], "status", Recorded) == 200
