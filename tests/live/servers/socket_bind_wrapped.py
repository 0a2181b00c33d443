# python: 3.6..
# sink: socket.socket.bind
import socket
import ssl

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server = context.wrap_socket(listening, server_side=True)
server.bind(("", 0))
server.listen(1)
bound = [server.getsockname()]
server.close()
