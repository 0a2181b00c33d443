"""Shows what the services send over TCP."""

import socket

if __name__ == "__main__":
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("0.0.0.0", 7200))
    listener.listen()
    while True:
        print(listener.accept()[0].recv(1500))
