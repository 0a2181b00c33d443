# sink: http.server.HTTPServer
try:
    from http.server import BaseHTTPRequestHandler, HTTPServer
except ImportError:
    from BaseHTTPServer import BaseHTTPRequestHandler, HTTPServer

server = HTTPServer(("", 0), BaseHTTPRequestHandler)
bound = [server.socket.getsockname()]
server.server_close()
