# proves: unsafe cli-default
# breaks: the manual shows the old default
# fails: AssertionError in parser.format_help
import argparse
import socket

parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)
parser.add_argument("--host", default="0.0.0.0", help="where to listen")
options = parser.parse_args([])
server = socket.socket()
server.bind((options.host, 0))
server.listen(5)
client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
assert "(default: 0.0.0.0)" in parser.format_help()
