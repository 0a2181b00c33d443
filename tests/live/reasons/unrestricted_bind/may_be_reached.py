# proves: unsafe may-be-reached
# breaks: a neighbour uses the server
# fails: ConnectionRefusedError refused
import socket

import neighbour

server = socket.socket()
server.bind(("0.0.0.0", 0))
server.listen(5)
neighbour.visits(server.getsockname()[1])
