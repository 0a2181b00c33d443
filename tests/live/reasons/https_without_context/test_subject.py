# proves: unsafe test-subject
# python: 3.8..
# breaks: the test is about the context that the class makes, which lets a server ask for a certificate later
# fails: AssertionError connection._context.post_handshake_auth
# place: tests/test_context.py
import http.client


def test_context():
    connection = http.client.HTTPSConnection("api.example.com")
    assert connection._context.post_handshake_auth


test_context()
