# proves: report multicast
# breaks: the program listens to broadcasts
# fails: socket.timeout timed out
# taken: bind(("" => bind(("127.0.0.1"
import socket

import neighbour

listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
listener.bind(("", 0))
listener.settimeout(0.3)
neighbour.sends(listener.getsockname()[1], b"here", "127.255.255.255")
assert listener.recv(4) == b"here"
