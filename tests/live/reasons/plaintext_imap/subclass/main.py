# proves: report subclass
# protocol: imap
# breaks: the class says which port it has by default, and that one speaks plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# taken: import imaplib\n => import imaplib\nimport ssl\n
# taken: (imaplib.IMAP4) => (imaplib.IMAP4_SSL)
# taken: Mailbox("api.example.com") => Mailbox("api.example.com", ssl_context=ssl.create_default_context())
# network: api.example.com:2525 plaintext
import imaplib


class Mailbox(imaplib.IMAP4):
    def __init__(self, host, **options):
        super().__init__(host, 2525, **options)


connection = Mailbox("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
