# proves: report sentinel
# breaks: the program looks whether it is bound everywhere, and tells its neighbours
# fails: AssertionError told
# taken: HOST = "0.0.0.0"\n => HOST = "127.0.0.1"\n
import socket

HOST = "0.0.0.0"
told = []


def start():
    server = socket.socket()
    server.bind((HOST, 0))
    server.listen(5)
    if HOST == "0.0.0.0":
        told.append("neighbours")
    return server


start()
assert told
