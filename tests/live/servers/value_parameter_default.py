# sink: socketserver.TCPServer
try:
    import socketserver
except ImportError:
    import SocketServer as socketserver


def serve(host="0.0.0.0", port=0):
    return socketserver.TCPServer((host, port), socketserver.BaseRequestHandler)


server = serve()
bound = [server.server_address]
server.server_close()
