# proves: unsafe environment-default
# breaks: a doctest shows the old default
# fails: AssertionError doctest.testmod
import doctest
import os
import socket


def start():
    """Starts the server at `HOST`, or where it is by default:

    >>> start().getsockname()[0]
    '0.0.0.0'
    """
    server = socket.socket()
    server.bind((os.environ.get("HOST", "0.0.0.0"), 0))
    server.listen(5)
    client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
    return server


assert doctest.testmod().failed == 0
