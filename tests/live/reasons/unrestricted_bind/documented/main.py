# proves: unsafe documented
# breaks: the text beside the example says what the address is
# fails: AssertionError in text
# place: docs/server.py
import pathlib
import socket

server = socket.socket()
server.bind(("0.0.0.0", 0))
server.listen(5)
client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
text = pathlib.Path("docs/server.md").read_text()
assert f"`{server.getsockname()[0]}`" in text
