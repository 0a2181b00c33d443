# sink: wsgiref.simple_server.make_server
# needs: ipv6
import socket
from wsgiref.simple_server import WSGIServer, demo_app, make_server


class Server(WSGIServer):
    address_family = socket.AF_INET6


server = make_server("::", 0, demo_app, server_class=Server)
bound = [server.socket.getsockname()]
server.server_close()
