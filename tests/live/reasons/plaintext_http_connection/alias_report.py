# proves: report alias
# breaks: the other use of the name is for a host that speaks plaintext
# fails: ConnectionRefusedError status.example.org:443
# taken: import http.client\n => import http.client\nimport ssl\n
# taken: = http.client.HTTPConnection\n => = http.client.HTTPSConnection\n
# taken: ("api.example.com") => ("api.example.com", context=ssl.create_default_context())
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
# network: status.example.org:80 plaintext
import http.client

Connection = http.client.HTTPConnection


def get(connection):
    connection.request("GET", "/")
    return connection.getresponse().status


def all_of(make, hosts):
    return [get(make(host)) for host in hosts]


assert get(Connection("api.example.com")) == 200
assert all_of(Connection, ["status.example.org"]) == [200]
