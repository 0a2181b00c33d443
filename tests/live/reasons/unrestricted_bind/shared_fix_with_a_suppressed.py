# proves: report shared-fix
# breaks: somebody decided that the other server is for its neighbours
# fails: ConnectionRefusedError refused
# taken: HOST = "0.0.0.0" => HOST = "127.0.0.1"
import socket

import neighbour

HOST = "0.0.0.0"

mine = socket.socket()
mine.bind((HOST, 0))
ours = socket.socket()
ours.bind((HOST, 0))  # tightwire: ignore[unrestricted-bind] for the neighbours
mine.listen(5)
ours.listen(5)
neighbour.visits(ours.getsockname()[1])
