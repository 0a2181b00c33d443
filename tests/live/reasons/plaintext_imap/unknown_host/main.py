# proves: unsafe unknown-host
# protocol: imap
# breaks: the setting names a host that speaks plaintext
# fails: ConnectionRefusedError mail.example.com:993
# network: mail.example.com:143 plaintext
import imaplib
import json

settings = json.loads('{"host": "mail.example.com"}')
connection = imaplib.IMAP4(settings["host"])
assert connection.welcome.split()[-1] == b"ready"
