# proves: unsafe dual-stack
# breaks: a client of IPv4 uses the server
# fails: ConnectionRefusedError refused
# needs: ipv6
import socket

import neighbour

server = socket.socket(socket.AF_INET6)
server.bind(("::", 0))
server.listen(5)
client = socket.create_connection(("::1", server.getsockname()[1]))
neighbour.visits(server.getsockname()[1], "127.0.0.1")
