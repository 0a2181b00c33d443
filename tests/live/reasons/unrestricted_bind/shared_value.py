# proves: unsafe shared-value
# breaks: the program looks the address up in its list of hosts
# fails: AssertionError in ALLOWED
import socket

HOST = "0.0.0.0"
ALLOWED = [HOST, "example.com"]

server = socket.socket()
server.bind((HOST, 0))
server.listen(5)
client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
assert ".".join(["0"] * 4) in ALLOWED
