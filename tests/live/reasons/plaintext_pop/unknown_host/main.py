# proves: unsafe unknown-host
# protocol: pop
# breaks: the setting names a host that speaks plaintext
# fails: ConnectionRefusedError mail.example.com:995
# network: mail.example.com:110 plaintext
import poplib
import json

settings = json.loads('{"host": "mail.example.com"}')
connection = poplib.POP3(settings["host"])
assert connection.welcome.split()[-1] == b"ready"
