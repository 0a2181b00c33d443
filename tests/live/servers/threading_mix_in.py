# sink: socketserver.TCPServer
try:
    import socketserver
except ImportError:
    import SocketServer as socketserver


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True

    def __init__(self, handler):
        socketserver.TCPServer.__init__(self, ("", 0), handler)


server = Server(socketserver.BaseRequestHandler)
bound = [server.socket.getsockname()]
server.server_close()
