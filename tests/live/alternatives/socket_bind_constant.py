import socket

HOST = u""


class Server(object):
    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind((HOST, PORT))
        self.socket.listen(1)


server = Server()
bound = [server.socket.getsockname()]
close = server.socket.close
