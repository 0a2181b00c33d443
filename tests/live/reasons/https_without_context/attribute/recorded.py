class Recorded:
    status = 200

    def __init__(self, host, port=None):
        self.host = host

    def request(self, method, path):
        self.path = path

    def getresponse(self):
        return self


def run(module, name, *arguments):
    return getattr(module, name)(*arguments)
