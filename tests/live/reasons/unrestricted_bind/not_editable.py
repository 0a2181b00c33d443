# proves: report not-editable
# breaks: no piece is the address, and the edit of one makes something else of the whole
# fails: socket.gaierror .
# taken: "0.0." => "127.0.0.1"
import socket

import neighbour

server = socket.socket()
server.bind(("0.0." "0.0", 0))
server.listen(5)
neighbour.visits(server.getsockname()[1])
