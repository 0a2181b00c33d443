# python: 3.8..
# sink: socket.create_server
# needs: ipv6
import socket

with socket.create_server(address=("::", 0), family=socket.AF_INET6) as server:
    bound = [server.getsockname()]
