# sink: socketserver.UDPServer
try:
    import socketserver
except ImportError:
    import SocketServer as socketserver

server = socketserver.UDPServer(("0.0.0.0", 0), socketserver.BaseRequestHandler)
bound = [server.socket.getsockname()]
server.server_close()
