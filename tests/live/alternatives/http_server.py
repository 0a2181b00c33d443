try:
    from http.server import BaseHTTPRequestHandler, HTTPServer
except ImportError:
    from BaseHTTPServer import BaseHTTPRequestHandler, HTTPServer

server = HTTPServer(("", PORT), BaseHTTPRequestHandler)
bound = [server.socket.getsockname()]
close = server.server_close
