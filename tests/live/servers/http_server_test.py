# python: 3.6..
# sink: http.server.test
import http.server

bound = []


class Server(http.server.HTTPServer):
    def serve_forever(self, poll_interval=0.5):
        bound.append(self.socket.getsockname())


http.server.test(HandlerClass=http.server.SimpleHTTPRequestHandler, ServerClass=Server, port=0, bind="0.0.0.0")
