# proves: report alias
# protocol: imap
# breaks: the other use of the name is for a host that speaks plaintext
# fails: ConnectionRefusedError mail.example.com:993
# taken: import imaplib\n => import imaplib\nimport ssl\n
# taken: = imaplib.IMAP4\n => = imaplib.IMAP4_SSL\n
# taken: Mailbox("api.example.com") => Mailbox("api.example.com", ssl_context=ssl.create_default_context())
# network: api.example.com:143 plaintext
# network: api.example.com:993 tls
# network: mail.example.com:143 plaintext
import imaplib

Mailbox = imaplib.IMAP4


def all_of(make, hosts):
    return [make(host).welcome for host in hosts]


connection = Mailbox("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
assert b"ready" in all_of(Mailbox, ["mail.example.com"])[0]
