# proves: unsafe star-arguments
# protocol: imap
# breaks: the hidden arguments hold a port that speaks plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# network: api.example.com:2525 plaintext
import imaplib
import json

options = json.loads('{"port": 2525}')
connection = imaplib.IMAP4("api.example.com", **options)
assert connection.welcome.split()[-1] == b"ready"
