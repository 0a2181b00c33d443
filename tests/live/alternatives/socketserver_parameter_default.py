try:
    import socketserver
except ImportError:
    import SocketServer as socketserver


def serve(os=None, host="0.0.0.0", port=None):
    return socketserver.TCPServer((host, port), socketserver.BaseRequestHandler)


server = serve(port=PORT)
bound = [server.server_address]
close = server.server_close
