# proves: report uncertain-argument
# protocol: imap
# breaks: the class over TLS does not take what this one was taught
# fails: TypeError purpose
# taken: import imaplib\n => import imaplib\nimport ssl\n
# taken: = imaplib.IMAP4("api.example.com", purpose="backup") => = imaplib.IMAP4_SSL("api.example.com", purpose="backup", ssl_context=ssl.create_default_context())
# network: api.example.com:143 plaintext
# network: api.example.com:993 tls
import imaplib

import taught

taught.purpose()
connection = imaplib.IMAP4("api.example.com", purpose="backup")
assert connection.welcome.split()[-1] == b"ready"
