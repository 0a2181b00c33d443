# proves: unsafe returned-value
# breaks: another caller of the function shows the address
# fails: AssertionError doctest.testmod
import doctest
import socket


def host():
    """Where the server listens.

    >>> host()
    '0.0.0.0'
    """
    return "0.0.0.0"


server = socket.socket()
server.bind((host(), 0))
server.listen(5)
client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
assert doctest.testmod().failed == 0
