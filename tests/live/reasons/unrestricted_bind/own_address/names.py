import socket


def play():
    """As on a machine whose name is that of its interface."""
    socket.gethostname = lambda: "127.0.0.2"
