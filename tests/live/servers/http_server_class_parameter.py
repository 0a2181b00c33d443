# python: 3.6..
# sink: http.server.HTTPServer
from http.server import BaseHTTPRequestHandler, HTTPServer


def run(server_class=HTTPServer, handler_class=BaseHTTPRequestHandler):
    server_address = ("", 0)
    httpd = server_class(server_address, handler_class)
    return httpd


server = run()
bound = [server.socket.getsockname()]
server.server_close()
