# proves: unsafe trailing-dot
# protocol: pop
# breaks: no certificate holds the name with its dot
# fails: ssl.CertificateError match
# network: api.example.com.:110 plaintext
# network: api.example.com.:995 tls
import poplib

connection = poplib.POP3("api.example.com.")
assert connection.welcome.split()[-1] == b"ready"
