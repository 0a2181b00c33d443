# sink: socket.socket.bind
import socket
from contextlib import closing

ADDRESS = ("0.0.0.0", 0)
with closing(socket.socket()) as server:
    server.bind(ADDRESS)
    bound = [server.getsockname()]
