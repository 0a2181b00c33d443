# sink: multiprocessing.managers.SyncManager
from multiprocessing.managers import SyncManager

manager = SyncManager(address=("", 0), authkey=b"secret")
listener = manager.get_server().listener
bound = [listener._listener._socket.getsockname()]
listener.close()
