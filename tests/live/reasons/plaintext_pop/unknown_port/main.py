# proves: unsafe unknown-port
# protocol: pop
# breaks: the setting names a port that speaks plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# network: api.example.com:2525 plaintext
import poplib
import json

settings = json.loads('{"port": 2525}')
connection = poplib.POP3("api.example.com", settings["port"])
assert connection.welcome.split()[-1] == b"ready"
