# proves: report target-version
# protocol: imap
# breaks: Python 2 runs the program too, and there the class takes no context
# fails: TypeError ssl_context|argument
# python: 2.7..2.7
# taken: import imaplib\n => import imaplib\nimport ssl\n
# taken: imaplib.IMAP4("api.example.com") => imaplib.IMAP4_SSL("api.example.com", ssl_context=ssl.create_default_context())
# network: api.example.com:143 plaintext
# network: api.example.com:993 tls
import imaplib

print "2"
connection = imaplib.IMAP4("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
