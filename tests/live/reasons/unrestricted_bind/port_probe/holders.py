import socket


def port_on(host):
    port_on.holder = socket.socket()
    port_on.holder.bind((host, 0))
    port_on.holder.listen(1)
    return port_on.holder.getsockname()[1]
