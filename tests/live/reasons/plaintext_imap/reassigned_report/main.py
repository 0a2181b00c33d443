# proves: report reassigned
# protocol: imap
# breaks: the class over TLS is another one here, which takes no context
# fails: TypeError ssl_context
# taken: import imaplib\n => import imaplib\nimport ssl\n
# taken: = imaplib.IMAP4( => = imaplib.IMAP4_SSL(
# taken: ("api.example.com") => ("api.example.com", ssl_context=ssl.create_default_context())
# network: api.example.com:143 plaintext
import imaplib


class Recorded:
    def __init__(self, host):
        self.host = host


imaplib.IMAP4_SSL = Recorded
connection = imaplib.IMAP4("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
