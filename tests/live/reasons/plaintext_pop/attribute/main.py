# proves: report attribute
# protocol: pop
# breaks: other code reads the class from the attribute, for a host that speaks plaintext
# fails: ConnectionRefusedError mail.example.com:995
# taken: import poplib\n => import poplib\nimport ssl\n
# taken: = poplib.POP3\n => = poplib.POP3_SSL\n
# taken: mailbox("api.example.com") => mailbox("api.example.com", context=ssl.create_default_context())
# network: api.example.com:110 plaintext
# network: api.example.com:995 tls
# network: mail.example.com:110 plaintext
import poplib


class Client:
    def __init__(self):
        self.mailbox = poplib.POP3

    def welcome(self):
        return self.mailbox("api.example.com").welcome


def probe(client, name):
    return getattr(client, name)("mail.example.com").welcome


assert b"ready" in Client().welcome()
assert b"ready" in probe(Client(), "mailbox")
