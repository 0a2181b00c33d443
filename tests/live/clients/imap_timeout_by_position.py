# python: 3.9..
# protocol: imap
# ports: 143 993
from imaplib import IMAP4

connection = IMAP4("api.example.com", 143, 3.5)
assert connection.sock.gettimeout() == 3.5
response = connection.welcome.decode("ascii").split()[2]
