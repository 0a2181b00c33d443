# python: 3.6..
# needs: ipv6
import socket

server = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
server.bind(("::", PORT))
server.listen(1)
bound = [server.getsockname()]
close = server.close
