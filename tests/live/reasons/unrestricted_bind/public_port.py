# proves: unsafe public-port
# breaks: the platform that sets the port reaches the server from elsewhere
# fails: ConnectionRefusedError refused
import os
import socket

import neighbour

server = socket.socket()
server.bind(("0.0.0.0", int(os.environ.get("PORT", "0"))))
server.listen(5)
healthy = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
neighbour.visits(server.getsockname()[1])
