# sink: socket.socket.bind
import socket

ADDRESS = ("0.0.0.0", 0)
server = socket.socket()
try:
    server.bind(ADDRESS)
    server.listen(1)
    bound = [server.getsockname()]
finally:
    server.close()
