# proves: unsafe target-version
# protocol: pop
# breaks: on Python 2 the class takes no context
# fails: TypeError context|argument
# python: 2.7..2.7
# network: api.example.com:110 plaintext
# network: api.example.com:995 tls
import poplib

connection = poplib.POP3("api.example.com")
assert connection.welcome.split()[-1] == b"ready"
