# proves: unsafe address-host
# protocol: pop
# breaks: the server has a certificate for its names, and none for its address
# fails: ssl.CertificateError match
# network: 93.184.216.34:110 plaintext
# network: 93.184.216.34:995 tls
import poplib

connection = poplib.POP3("93.184.216.34")
assert connection.welcome.split()[-1] == b"ready"
