# proves: unsafe own-address
# breaks: the program connects to this machine by its name
# fails: ConnectionRefusedError refused
import socket

import names

server = socket.socket()
server.bind(("0.0.0.0", 0))
server.listen(5)
port = server.getsockname()[1]
client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
names.play()
other = socket.create_connection((socket.gethostname(), port))
