# proves: report subclass
# breaks: the class says which port it has by default, and that one speaks plaintext
# fails: ssl.SSLError WRONG_VERSION_NUMBER|HTTP_REQUEST
# taken: import http.client\n => import http.client\nimport ssl\n
# taken: (http.client.HTTPConnection) => (http.client.HTTPSConnection)
# taken: ("api.example.com") => ("api.example.com", context=ssl.create_default_context())
# network: api.example.com:8080 plaintext
import http.client


class Connection(http.client.HTTPConnection):
    default_port = 8080


connection = Connection("api.example.com")
connection.request("GET", "/")
assert connection.getresponse().status == 200
