# proves: unsafe alias
# protocol: imap
# breaks: another module takes the class by its name here, for a host that speaks plaintext
# fails: ConnectionRefusedError mail.example.com:993
# network: api.example.com:143 plaintext
# network: api.example.com:993 tls
# network: mail.example.com:143 plaintext
import imaplib

import others

Mailbox = imaplib.IMAP4
connection = Mailbox("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
assert b"ready" in others.welcome_with("__main__", "Mailbox")
