# proves: report alias
# protocol: pop
# breaks: the other use of the name is for a host that speaks plaintext
# fails: ConnectionRefusedError mail.example.com:995
# taken: import poplib\n => import poplib\nimport ssl\n
# taken: = poplib.POP3\n => = poplib.POP3_SSL\n
# taken: Mailbox("api.example.com") => Mailbox("api.example.com", context=ssl.create_default_context())
# network: api.example.com:110 plaintext
# network: api.example.com:995 tls
# network: mail.example.com:110 plaintext
import poplib

Mailbox = poplib.POP3


def all_of(make, hosts):
    return [make(host).welcome for host in hosts]


connection = Mailbox("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
assert b"ready" in all_of(Mailbox, ["mail.example.com"])[0]
