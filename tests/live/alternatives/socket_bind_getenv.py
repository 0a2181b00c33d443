import socket
from os import getenv

server = socket.socket()
server.settimeout(float(getenv("NO_SUCH_SETTING_OF_TIGHTWIRE", "3")))
server.bind(('0.0.0.0', PORT))
server.listen(1)
bound = [server.getsockname()]
close = server.close
