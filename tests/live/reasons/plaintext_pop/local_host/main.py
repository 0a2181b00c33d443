# proves: unsafe local-host
# protocol: pop
# breaks: what runs on this machine speaks plaintext
# fails: ConnectionRefusedError localhost:995
# network: localhost:110 plaintext
import poplib

connection = poplib.POP3("localhost")
assert connection.welcome.split()[-1] == b"ready"
