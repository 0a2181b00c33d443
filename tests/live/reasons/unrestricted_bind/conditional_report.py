# proves: report conditional
# breaks: the socket is one of IPv6, which has no such address
# fails: socket.gaierror .
# needs: ipv6
# taken: bind(("" => bind(("127.0.0.1"
import socket

family = socket.AF_INET6 if socket.has_ipv6 else socket.AF_INET
server = socket.socket(family)
server.bind(("", 0))
server.listen(5)
client = socket.create_connection(("::1", server.getsockname()[1]))
