# python: 3.6..
# sink: socket.socket.bind
import socket

server = socket.socket()
server.bind(("", 0))
server.listen(1)
client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
accepted, _ = server.accept()
accepted.sendall(b"here")
assert client.recv(4) == b"here"
bound = [server.getsockname()]
for each in client, accepted, server:
    each.close()
