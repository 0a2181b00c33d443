# proves: unsafe alias
# protocol: pop
# breaks: another module takes the class by its name here, for a host that speaks plaintext
# fails: ConnectionRefusedError mail.example.com:995
# network: api.example.com:110 plaintext
# network: api.example.com:995 tls
# network: mail.example.com:110 plaintext
import poplib

import others

Mailbox = poplib.POP3
connection = Mailbox("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
assert b"ready" in others.welcome_with("__main__", "Mailbox")
