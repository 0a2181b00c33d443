# proves: report tunnel
# breaks: the socket was made by hand, for a server that the new context does not trust; so is the one after it
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# old: without verification
# taken: = http.client.HTTPSConnection("api.example.com") => = http.client.HTTPSConnection("api.example.com", context=ssl.create_default_context())
# network: api.example.com:443 unknown_issuer
import http.client
import socket
import ssl


def dial(host):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    return context.wrap_socket(socket.create_connection((host, 443)), server_hostname=host)


connection = http.client.HTTPSConnection("api.example.com")
connection.sock = dial("api.example.com")
connection.request("GET", "/")
assert connection.getresponse().read() == b"tls"
connection.request("GET", "/")
assert connection.getresponse().status == 200
