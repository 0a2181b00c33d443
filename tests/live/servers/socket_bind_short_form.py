# sink: socket.socket.bind
import socket

HOST, PORT = "0", 0
server = socket.socket()
server.bind((HOST, PORT))
server.listen(1)
bound = [server.getsockname()]
server.close()
