# proves: report star-arguments
# protocol: pop
# breaks: the address holds a port that speaks plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# taken: import poplib\n => import poplib\nimport ssl\n
# taken: poplib.POP3(*address) => poplib.POP3_SSL(*address, context=ssl.create_default_context())
# network: api.example.com:2525 plaintext
import poplib
import json

address = json.loads('["api.example.com", 2525]')
connection = poplib.POP3(*address)
assert connection.welcome.split()[-1] == b"ready"
