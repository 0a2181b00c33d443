# python: 3.6..
# protocol: imap
# ports: 143 993
import imaplib

connection = imaplib.IMAP4("api.example.com", 143)
response = connection.welcome.decode("ascii").split()[2]
