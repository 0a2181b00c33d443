# sink: socket.socket.bind
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.bind(("", 0))
bound = [server.getsockname()]
server.close()
