# sink: socket.socket.bind
import socket
from contextlib import closing

with closing(socket.socket()) as server:
    server.bind(("0.0.0.0", 0))
    server.listen(1)
    bound = [server.getsockname()]
