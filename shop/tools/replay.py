"""Answers as the payment service does, from a file: for a developer's own machine."""

import socketserver
import sys


class Replay(socketserver.StreamRequestHandler):
    def handle(self):
        with open(sys.argv[1], "rb") as recorded:
            self.wfile.write(recorded.read())


if __name__ == "__main__":
    socketserver.TCPServer(("", 7100), Replay).serve_forever()
