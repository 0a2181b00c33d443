# python: 3.8..
# sink: socket.create_server
import socket

with socket.create_server(("", 0)) as server:
    bound = [server.getsockname()]
