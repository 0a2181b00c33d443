# proves: unsafe argument
# breaks: the function also tells others the address that it was given
# fails: AssertionError told
import socket

told = []


def _serve(host):
    told.append("the server is at " + host)
    server = socket.socket()
    server.bind((host, 0))
    server.listen(5)
    client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))


_serve("0.0.0.0")
assert told == ["the server is at 0.0.0.0"]
