# proves: report port-80
# protocol: pop
# breaks: TLS on the port of plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# taken: import poplib\n => import poplib\nimport ssl\n
# taken: poplib.POP3("api.example.com", PORT) => poplib.POP3_SSL("api.example.com", PORT, context=ssl.create_default_context())
# network: api.example.com:110 plaintext
import poplib

PORT = 110

connection = poplib.POP3("api.example.com", PORT)
assert connection.welcome.split()[-1] == b"ready"
assert PORT == 110
