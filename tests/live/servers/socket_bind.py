# sink: socket.socket.bind
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("", 0))
server.listen(1)
bound = [server.getsockname()]
server.close()
