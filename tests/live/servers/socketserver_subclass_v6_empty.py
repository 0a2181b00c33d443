# sink: socketserver.TCPServer
# needs: ipv6
try:
    from socketserver import BaseRequestHandler, TCPServer
except ImportError:
    from SocketServer import BaseRequestHandler, TCPServer
import socket


class Server(TCPServer):
    address_family = socket.AF_INET6


server = Server(("", 0), BaseRequestHandler)
bound = [server.socket.getsockname()]
server.server_close()
