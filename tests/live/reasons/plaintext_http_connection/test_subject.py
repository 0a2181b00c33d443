# proves: unsafe test-subject
# breaks: the test is about the port that the class has by default
# fails: AssertionError 443
# place: tests/test_port.py
import http.client


def test_port():
    connection = http.client.HTTPConnection("api.example.com")
    assert connection.port == 80, connection.port


test_port()
