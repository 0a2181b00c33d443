# proves: unsafe datagram
# breaks: the program listens to broadcasts
# fails: socket.timeout timed out
import socket

import neighbour

listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("", 0))
listener.settimeout(0.3)
port = listener.getsockname()[1]
probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
probe.connect(("127.0.0.1", listener.getsockname()[1]))
neighbour.sends(port, b"here", "127.255.255.255")
assert listener.recv(4) == b"here"
