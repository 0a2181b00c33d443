# sink: socketserver.ThreadingUDPServer
try:
    import socketserver
except ImportError:
    import SocketServer as socketserver

server = socketserver.ThreadingUDPServer(("0.0.0.0", 0), socketserver.BaseRequestHandler)
bound = [server.socket.getsockname()]
server.server_close()
