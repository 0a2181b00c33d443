# proves: unsafe alias
# breaks: another module takes the class by its name here, for a host that speaks plaintext
# fails: ConnectionRefusedError status.example.org:443
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
# network: status.example.org:80 plaintext
import http.client

import probes

Connection = http.client.HTTPConnection


def fetch():
    connection = Connection("api.example.com")
    connection.request("GET", "/")
    return connection.getresponse().status


assert fetch() == 200
assert probes.status_with("__main__", "Connection") == 200
