"""Takes orders from the web server on the same machine."""

import socketserver


class Orders(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"taken " + self.rfile.readline())


if __name__ == "__main__":
    with socketserver.ThreadingTCPServer(("0.0.0.0", 7001), Orders) as server:
        server.serve_forever()
