import socket

server = socket.socket(socket.$family)
server.bind(("", $port))
server.listen(5)
