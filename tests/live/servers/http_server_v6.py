# python: 3.6..
# sink: http.server.HTTPServer
# needs: ipv6
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import AF_INET6


class Server(HTTPServer):
    address_family = AF_INET6


server = Server(server_address=("", 0), RequestHandlerClass=BaseHTTPRequestHandler)
bound = [server.socket.getsockname()]
server.server_close()
