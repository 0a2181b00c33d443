# proves: report imported-value
# breaks: the module that writes the address shows it too
# fails: AssertionError settings.describe
# taken: HOST = "" => HOST = "127.0.0.1"
import socket

import settings
from settings import HOST

server = socket.socket()
server.bind((HOST, 0))
server.listen(5)
assert settings.describe() == "listens on ''"
