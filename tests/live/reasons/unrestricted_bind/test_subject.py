# proves: unsafe test-subject
# breaks: the test is about what the function binds
# fails: AssertionError server.getsockname
# place: tests/test_servers.py
# python: 3.8..
import socket


def test_create_server():
    with socket.create_server(("0.0.0.0", 0)) as server:
        client = socket.create_connection(("127.0.0.1", server.getsockname()[1]))
        client.close()
        assert server.getsockname()[0].count("0") == 4


test_create_server()
