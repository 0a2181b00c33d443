# proves: unsafe parameter-default
# protocol: imap
# breaks: a caller that passes no class asks a host that speaks plaintext
# fails: ConnectionRefusedError mail.example.com:993
# network: api.example.com:143 plaintext
# network: api.example.com:993 tls
# network: mail.example.com:143 plaintext
import imaplib

import others


def welcome(make=imaplib.IMAP4):
    return make("api.example.com").welcome


assert b"ready" in welcome()
assert b"ready" in others.default_of(welcome)("mail.example.com").welcome
