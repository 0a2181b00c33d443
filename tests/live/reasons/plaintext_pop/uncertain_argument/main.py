# proves: report uncertain-argument
# protocol: pop
# breaks: the class over TLS does not take what this one was taught
# fails: TypeError purpose
# taken: import poplib\n => import poplib\nimport ssl\n
# taken: = poplib.POP3("api.example.com", purpose="backup") => = poplib.POP3_SSL("api.example.com", purpose="backup", context=ssl.create_default_context())
# network: api.example.com:110 plaintext
# network: api.example.com:995 tls
import poplib

import taught

taught.purpose()
connection = poplib.POP3("api.example.com", purpose="backup")
assert connection.welcome.split()[-1] == b"ready"
