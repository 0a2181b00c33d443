# proves: report unverified-context
# breaks: the lines that follow switch verification off, which a context that checks names does not allow
# fails: ValueError check_hostname
# taken: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) => ssl.create_default_context()
# taken: context.check_hostname = False\n => \n
# network: api.example.com:443 unknown_issuer
import http.client
import ssl

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
connection = http.client.HTTPSConnection("api.example.com", context=context)
connection.request("GET", "/")
assert connection.getresponse().status == 200
