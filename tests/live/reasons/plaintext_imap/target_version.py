# proves: unsafe target-version
# protocol: imap
# breaks: on Python 2 the class takes no context
# fails: TypeError ssl_context|argument
# python: 2.7..2.7
# network: api.example.com:143 plaintext
# network: api.example.com:993 tls
import imaplib

connection = imaplib.IMAP4("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
