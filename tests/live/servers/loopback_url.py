# python: 3.6..
# sink: socketserver.TCPServer
import http.server
import socketserver
import threading
import urllib.request


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"here")

    def log_message(self, format, *arguments):
        pass


with socketserver.TCPServer(("", 0), Handler) as server:
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    assert urllib.request.urlopen(url).read() == b"here"
    thread.join()
    bound = [server.socket.getsockname()]
