# python: 3.6..
# sink: socket.socket.bind
import socket
import unittest

bound = []


class RoundTrip(unittest.TestCase):
    def setUp(self):
        self.server = socket.socket()
        self.server.bind(("0.0.0.0", 0))
        self.server.listen(1)
        bound.append(self.server.getsockname())

    def tearDown(self):
        self.server.close()

    def test_a_client_is_accepted(self):
        with socket.create_connection(("localhost", self.server.getsockname()[1])):
            self.server.accept()[0].close()


result = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(RoundTrip).run(result)
assert result.wasSuccessful() and result.testsRun == 1, result
