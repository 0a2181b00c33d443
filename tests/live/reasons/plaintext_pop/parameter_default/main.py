# proves: unsafe parameter-default
# protocol: pop
# breaks: a caller that passes no class asks a host that speaks plaintext
# fails: ConnectionRefusedError mail.example.com:995
# network: api.example.com:110 plaintext
# network: api.example.com:995 tls
# network: mail.example.com:110 plaintext
import poplib

import others


def welcome(make=poplib.POP3):
    return make("api.example.com").welcome


assert b"ready" in welcome()
assert b"ready" in others.default_of(welcome)("mail.example.com").welcome
