# proves: unsafe address-host
# protocol: imap
# breaks: the server has a certificate for its names, and none for its address
# fails: ssl.CertificateError match
# network: 93.184.216.34:143 plaintext
# network: 93.184.216.34:993 tls
import imaplib

connection = imaplib.IMAP4("93.184.216.34")
assert connection.welcome.split()[-1] == b"ready"
