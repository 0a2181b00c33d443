# sink: socketserver.ThreadingTCPServer
try:
    import socketserver
except ImportError:
    import SocketServer as socketserver

server = socketserver.ThreadingTCPServer(("", 0), socketserver.BaseRequestHandler)
bound = [server.socket.getsockname()]
server.server_close()
