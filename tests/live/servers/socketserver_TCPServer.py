# sink: socketserver.TCPServer
try:
    import socketserver
except ImportError:
    import SocketServer as socketserver

server = socketserver.TCPServer(("", 0), socketserver.BaseRequestHandler)
bound = [server.socket.getsockname()]
server.server_close()
