# python: 3.8..
# sink: http.server.test
# needs: ipv6
import http.server

bound = []


class Server(http.server.HTTPServer):
    def serve_forever(self, poll_interval=0.5):
        bound.append(self.socket.getsockname())


http.server.test(http.server.SimpleHTTPRequestHandler, Server, "HTTP/1.0", 0, "::")
