# proves: unsafe non-default-port
# protocol: imap
# breaks: that port speaks plaintext, and only that
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# network: api.example.com:2525 plaintext
import imaplib

connection = imaplib.IMAP4("api.example.com", 2525)
assert connection.welcome.split()[-1] == b"ready"
