# sink: socket.socket.bind
import socket


class Server(object):
    def __init__(self, host=u"", port=0):
        self.host = host
        self.port = port
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)

    def start(self):
        self.socket.bind((self.host, self.port))
        return self.socket.getsockname()


server = Server()
bound = [server.start()]
server.socket.close()
