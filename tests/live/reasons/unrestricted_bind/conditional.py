# proves: unsafe conditional
# breaks: the program goes on with what it chose
# fails: AssertionError or host.strip
import socket
import sys

host = sys.argv[1] if len(sys.argv) > 1 else "0.0.0.0"
server = socket.socket()
server.bind((host, 0))
server.listen(5)
client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
assert len(sys.argv) > 1 or host.strip("0.") == ""
