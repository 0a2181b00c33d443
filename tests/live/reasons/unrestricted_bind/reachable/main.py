# proves: report reachable
# breaks: the neighbour, of whom the configuration tells, no longer reaches the server
# fails: ConnectionRefusedError refused
# taken: "0.0.0.0" => "127.0.0.1"
import socket

import neighbour

server = socket.socket()
server.bind(("0.0.0.0", 0))
server.listen(5)
neighbour.visits(server.getsockname()[1])
