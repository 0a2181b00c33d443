import poplib


def purpose():
    plain = poplib.POP3.__init__
    setattr(poplib.POP3, "__init__", lambda self, host, purpose: plain(self, host))
