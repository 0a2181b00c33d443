# sink: socketserver.ForkingTCPServer
try:
    import socketserver
except ImportError:
    import SocketServer as socketserver

server = socketserver.ForkingTCPServer(("", 0), socketserver.BaseRequestHandler)
bound = [server.socket.getsockname()]
server.server_close()
