# python: 3.7..
# sink: http.server.ThreadingHTTPServer
import http.server

with http.server.ThreadingHTTPServer(("", 0), http.server.SimpleHTTPRequestHandler) as server:
    bound = [server.socket.getsockname()]
