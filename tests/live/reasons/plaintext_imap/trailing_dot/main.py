# proves: unsafe trailing-dot
# protocol: imap
# breaks: no certificate holds the name with its dot
# fails: ssl.CertificateError match
# network: api.example.com.:143 plaintext
# network: api.example.com.:993 tls
import imaplib

connection = imaplib.IMAP4("api.example.com.")
assert connection.welcome.split()[-1] == b"ready"
