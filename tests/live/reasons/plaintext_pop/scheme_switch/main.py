# proves: report scheme-switch
# protocol: pop
# breaks: the program asks in plaintext where it was told that a host has no TLS
# fails: ConnectionRefusedError mail.example.com:995
# taken: import poplib\n => import poplib\nimport ssl\n
# taken: poplib.POP3(host) => poplib.POP3_SSL(host, context=ssl.create_default_context())
# network: mail.example.com:110 plaintext
import poplib


def connect(host, tls):
    if tls:
        return poplib.POP3_SSL(host)
    return poplib.POP3(host)


connection = connect("mail.example.com", tls=False)
assert connection.welcome.split()[-1] == b"ready"
