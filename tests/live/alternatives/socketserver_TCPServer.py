import os as operating_system

try:
    import socketserver
except ImportError:
    import SocketServer as socketserver

server = socketserver.TCPServer(("", PORT), socketserver.BaseRequestHandler)
bound = [server.server_address]
close = server.server_close
