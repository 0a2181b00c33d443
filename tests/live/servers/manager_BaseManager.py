# sink: multiprocessing.managers.BaseManager
from multiprocessing.managers import BaseManager

manager = BaseManager(address=("", 0), authkey=b"secret")
listener = manager.get_server().listener
bound = [listener._listener._socket.getsockname()]
listener.close()
