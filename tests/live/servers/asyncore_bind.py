# python: 2.7..3.11
# sink: asyncore.dispatcher.bind
import asyncore
import socket


class Server(asyncore.dispatcher):
    def __init__(self):
        asyncore.dispatcher.__init__(self)
        self.create_socket(socket.AF_INET, socket.SOCK_STREAM)
        self.bind(("", 0))


server = Server()
bound = [server.socket.getsockname()]
server.close()
