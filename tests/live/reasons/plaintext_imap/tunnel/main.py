# proves: report tunnel
# protocol: imap
# breaks: the socket that takes its place reads what is under TLS
# fails: abort .
# python: 3.6..3.13
# taken: import imaplib\n => import imaplib\nimport ssl\n
# taken: imaplib.IMAP4("api.example.com") => imaplib.IMAP4_SSL("api.example.com", ssl_context=ssl.create_default_context())
# network: api.example.com:143 plaintext
# network: api.example.com:993 tls
import imaplib
import os
import socket

connection = imaplib.IMAP4("api.example.com")
connection.sock = socket.socket(fileno=os.dup(connection.sock.fileno()))
connection.file = connection.sock.makefile("rb")
connection.noop()
