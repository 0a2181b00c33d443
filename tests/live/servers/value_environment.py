# sink: socketserver.TCPServer
import os

try:
    import socketserver
except ImportError:
    import SocketServer as socketserver


class Settings:
    host = os.environ.get("NO_SUCH_SETTING_OF_TIGHTWIRE") or "0.0.0.0"


server = socketserver.TCPServer((Settings.host, 0), socketserver.BaseRequestHandler)
bound = [server.server_address]
server.server_close()
