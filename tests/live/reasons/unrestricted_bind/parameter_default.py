# proves: unsafe parameter-default
# breaks: a doctest shows the old default
# fails: AssertionError doctest.testmod
import doctest
import socket


def start(host="0.0.0.0"):
    """Starts the server.

    >>> start().getsockname()[0]
    '0.0.0.0'
    """
    server = socket.socket()
    server.bind((host, 0))
    server.listen(5)
    client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
    return server


assert doctest.testmod().failed == 0
