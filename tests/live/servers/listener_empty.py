# sink: multiprocessing.connection.Listener
from multiprocessing.connection import Listener

listener = Listener(address=("", 0), authkey=b"secret")
bound = [listener._listener._socket.getsockname()]
listener.close()
