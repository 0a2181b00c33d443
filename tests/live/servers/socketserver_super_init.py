# python: 3.6..
# sink: socketserver.TCPServer
import socketserver


class Server(socketserver.TCPServer):
    def __init__(self):
        super().__init__(("", 0), socketserver.BaseRequestHandler)


server = Server()
bound = [server.socket.getsockname()]
server.server_close()
