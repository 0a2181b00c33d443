# proves: report scheme-switch
# protocol: imap
# breaks: the program asks in plaintext where it was told that a host has no TLS
# fails: ConnectionRefusedError mail.example.com:993
# taken: import imaplib\n => import imaplib\nimport ssl\n
# taken: imaplib.IMAP4(host) => imaplib.IMAP4_SSL(host, ssl_context=ssl.create_default_context())
# network: mail.example.com:143 plaintext
import imaplib


def connect(host, tls):
    if tls:
        return imaplib.IMAP4_SSL(host)
    return imaplib.IMAP4(host)


connection = connect("mail.example.com", tls=False)
assert connection.welcome.split()[-1] == b"ready"
