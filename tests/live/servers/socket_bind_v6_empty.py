# sink: socket.socket.bind
# needs: ipv6
import socket

server = socket.socket(socket.AF_INET6)
server.bind(("", 0, 0, 0))
server.listen(1)
bound = [server.getsockname()]
server.close()
