# proves: unsafe parameter-default
# beside: unverified-context
# breaks: a caller that passes no context asks a server with a certificate that it made for itself
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# network: api.example.com:443 unknown_issuer
import http.client
import ssl


def status(host, context=ssl._create_unverified_context()):
    connection = http.client.HTTPSConnection(host, context=context)
    connection.request("GET", "/")
    return connection.getresponse().status


assert status("api.example.com") == 200
