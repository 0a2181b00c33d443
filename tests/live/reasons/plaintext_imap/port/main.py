# proves: report port-80
# protocol: imap
# breaks: TLS on the port of plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# taken: import imaplib\n => import imaplib\nimport ssl\n
# taken: imaplib.IMAP4("api.example.com", PORT) => imaplib.IMAP4_SSL("api.example.com", PORT, ssl_context=ssl.create_default_context())
# network: api.example.com:143 plaintext
import imaplib

PORT = 143

connection = imaplib.IMAP4("api.example.com", PORT)
assert connection.welcome.split()[-1] == b"ready"
assert PORT == 143
