# proves: unsafe star-arguments
# protocol: pop
# breaks: the hidden arguments hold a port that speaks plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# network: api.example.com:2525 plaintext
import poplib
import json

options = json.loads('{"port": 2525}')
connection = poplib.POP3("api.example.com", **options)
assert connection.welcome.split()[-1] == b"ready"
