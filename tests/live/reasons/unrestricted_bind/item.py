# proves: unsafe item
# breaks: other code reads the container, and shows it
# fails: AssertionError describe
import socket

OPTIONS = {}
OPTIONS["host"] = "0.0.0.0"


def describe(options):
    return ", ".join(f"{key}={value}" for key, value in options.items())


server = socket.socket()
server.bind((OPTIONS["host"], 0))
server.listen(5)
client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
assert describe(OPTIONS) == "host=0.0.0.0"
