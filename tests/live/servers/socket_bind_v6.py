# sink: socket.socket.bind
# needs: ipv6
import socket

server = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
server.bind(("::", 0))
server.listen(1)
bound = [server.getsockname()]
server.close()
