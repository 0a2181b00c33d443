# sink: socket.socket.bind
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("0.0.0.0", 0))
server.fileno()
bound = [server.getsockname()]
server.close()
