# proves: report subclass
# protocol: pop
# breaks: the class says which port it has by default, and that one speaks plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# taken: import poplib\n => import poplib\nimport ssl\n
# taken: (poplib.POP3) => (poplib.POP3_SSL)
# taken: Mailbox("api.example.com") => Mailbox("api.example.com", context=ssl.create_default_context())
# network: api.example.com:2525 plaintext
import poplib


class Mailbox(poplib.POP3):
    def __init__(self, host, **options):
        super().__init__(host, 2525, **options)


connection = Mailbox("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
