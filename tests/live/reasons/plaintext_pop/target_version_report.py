# proves: report target-version
# protocol: pop
# breaks: Python 2 runs the program too, and there the class takes no context
# fails: TypeError context|argument
# python: 2.7..2.7
# taken: import poplib\n => import poplib\nimport ssl\n
# taken: poplib.POP3("api.example.com") => poplib.POP3_SSL("api.example.com", context=ssl.create_default_context())
# network: api.example.com:110 plaintext
# network: api.example.com:995 tls
import poplib

print "2"
connection = poplib.POP3("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
