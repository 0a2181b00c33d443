# proves: report star-arguments
# protocol: imap
# breaks: the address holds a port that speaks plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# taken: import imaplib\n => import imaplib\nimport ssl\n
# taken: imaplib.IMAP4(*address) => imaplib.IMAP4_SSL(*address, ssl_context=ssl.create_default_context())
# network: api.example.com:2525 plaintext
import imaplib
import json

address = json.loads('["api.example.com", 2525]')
connection = imaplib.IMAP4(*address)
assert connection.welcome.split()[-1] == b"ready"
