# sink: socket.socket.bind
import argparse
import socket

parser = argparse.ArgumentParser()
parser.add_argument("--listen-on", "-l", default="0.0.0.0")


def listen(options):
    server = socket.socket()
    server.bind((options.listen_on, 0))
    return server


server = listen(parser.parse_args([]))
bound = [server.getsockname()]
server.close()
