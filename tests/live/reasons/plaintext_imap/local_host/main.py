# proves: unsafe local-host
# protocol: imap
# breaks: what runs on this machine speaks plaintext
# fails: ConnectionRefusedError localhost:993
# network: localhost:143 plaintext
import imaplib

connection = imaplib.IMAP4("localhost")
assert connection.welcome.split()[-1] == b"ready"
