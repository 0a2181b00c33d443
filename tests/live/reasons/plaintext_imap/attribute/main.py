# proves: report attribute
# protocol: imap
# breaks: other code reads the class from the attribute, for a host that speaks plaintext
# fails: ConnectionRefusedError mail.example.com:993
# taken: import imaplib\n => import imaplib\nimport ssl\n
# taken: = imaplib.IMAP4\n => = imaplib.IMAP4_SSL\n
# taken: mailbox("api.example.com") => mailbox("api.example.com", ssl_context=ssl.create_default_context())
# network: api.example.com:143 plaintext
# network: api.example.com:993 tls
# network: mail.example.com:143 plaintext
import imaplib


class Client:
    def __init__(self):
        self.mailbox = imaplib.IMAP4

    def welcome(self):
        return self.mailbox("api.example.com").welcome


def probe(client, name):
    return getattr(client, name)("mail.example.com").welcome


assert b"ready" in Client().welcome()
assert b"ready" in probe(Client(), "mailbox")
