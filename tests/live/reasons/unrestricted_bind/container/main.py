# proves: unsafe container
# breaks: what runs around the container reaches the server by another address than loopback
# fails: ConnectionRefusedError refused
import socket

import neighbour

server = socket.socket()
server.bind(("0.0.0.0", 0))
server.listen(5)
healthy = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
neighbour.visits(server.getsockname()[1])
