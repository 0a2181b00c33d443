# python: 3.6..
from http.server import BaseHTTPRequestHandler, HTTPServer


def serve(host, os=None):
    return HTTPServer((host, PORT), BaseHTTPRequestHandler)


server = serve("0.0.0.0")
bound = [server.socket.getsockname()]
close = server.server_close
