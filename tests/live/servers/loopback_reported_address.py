# python: 3.6..
# sink: socketserver.TCPServer
import socket
import socketserver
import threading


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"here")


with socketserver.TCPServer(("0.0.0.0", 0), Handler) as server:
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    with socket.create_connection(server.server_address) as client:
        assert client.recv(4) == b"here"
    thread.join()
    bound = [server.socket.getsockname()]
