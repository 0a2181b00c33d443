# sink: socketserver.ForkingUDPServer
try:
    import socketserver
except ImportError:
    import SocketServer as socketserver

server = socketserver.ForkingUDPServer(("0.0.0.0", 0), socketserver.BaseRequestHandler)
bound = [server.socket.getsockname()]
server.server_close()
