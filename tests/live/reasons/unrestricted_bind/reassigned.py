# proves: report reassigned
# breaks: the program shows the first address, and binds the second
# fails: AssertionError shown
# taken: host = "0.0.0.0"\n => host = "127.0.0.1"\n
import socket
import sys

host = "0.0.0.0"
shown = host
if len(sys.argv) > 1:
    host = sys.argv[1]
server = socket.socket()
server.bind((host, 0))
server.listen(5)
client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
assert shown == "0.0.0.0"
