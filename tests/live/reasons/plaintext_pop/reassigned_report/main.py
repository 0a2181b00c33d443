# proves: report reassigned
# protocol: pop
# breaks: the class over TLS is another one here, which takes no context
# fails: TypeError context
# taken: import poplib\n => import poplib\nimport ssl\n
# taken: = poplib.POP3( => = poplib.POP3_SSL(
# taken: ("api.example.com") => ("api.example.com", context=ssl.create_default_context())
# network: api.example.com:110 plaintext
import poplib


class Recorded:
    def __init__(self, host):
        self.host = host


poplib.POP3_SSL = Recorded
connection = poplib.POP3("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
