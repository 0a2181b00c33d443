# proves: report scheme-switch
# breaks: the program asks in plaintext where it was told that a host has no TLS
# fails: ConnectionRefusedError status.example.org:443
# taken: import http.client\n => import http.client\nimport ssl\n
# taken: return http.client.HTTPConnection(host) => return http.client.HTTPSConnection(host, context=ssl.create_default_context())
# network: status.example.org:80 plaintext
import http.client


def connect(host, tls):
    if tls:
        return http.client.HTTPSConnection(host)
    return http.client.HTTPConnection(host)


connection = connect("status.example.org", tls=False)
connection.request("GET", "/")
assert connection.getresponse().status == 200
