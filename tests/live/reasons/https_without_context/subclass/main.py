# proves: report subclass
# breaks: the class has a constructor from its other base, which takes no context
# fails: TypeError context
# taken: Connection("api.example.com") => Connection("api.example.com", context=ssl.create_default_context())
# taken: import http.client\n => import http.client\nimport ssl\n
# network: api.example.com:443 tls
import http.client

from timeouts import Patient


class Connection(Patient, http.client.HTTPSConnection):
    pass


connection = Connection("api.example.com")
connection.request("GET", "/")
assert connection.getresponse().status == 200
