# proves: unsafe attribute
# breaks: other code reads the attribute, and shows it
# fails: AssertionError describe
import socket


class Server:
    def __init__(self):
        self.host = "0.0.0.0"

    def start(self):
        server = socket.socket()
        server.bind((self.host, 0))
        server.listen(5)
        client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
        return server


def describe(server, name):
    return f"listens on {getattr(server, name)}"


server = Server()
server.start()
assert describe(server, "host").endswith(" 0.0.0.0")
