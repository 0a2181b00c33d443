# proves: report dual-stack
# breaks: a client of IPv4 uses the server
# fails: ConnectionRefusedError refused
# needs: ipv6
# taken: "::" => "::1"
import socket

import neighbour

server = socket.socket(socket.AF_INET6)
server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
server.bind(("::", 0))
server.listen(5)
neighbour.visits(server.getsockname()[1], "127.0.0.1")
