import imaplib


def purpose():
    plain = imaplib.IMAP4.__init__
    setattr(imaplib.IMAP4, "__init__", lambda self, host, purpose: plain(self, host))
