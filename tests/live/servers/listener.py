# sink: multiprocessing.connection.Listener
from multiprocessing.connection import Listener

listener = Listener(("0.0.0.0", 0))
bound = [listener._listener._socket.getsockname()]
listener.close()
