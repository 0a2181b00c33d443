# proves: report conditional
# breaks: the other class that may be chosen takes no context
# fails: TypeError context
# taken: import sys\n => import ssl\nimport sys\n
# taken: else http.client.HTTPConnection => else http.client.HTTPSConnection
# taken: ("api.example.com") => ("api.example.com", context=ssl.create_default_context())
import http.client
import sys

from recorded import Recorded

Connection = Recorded if len(sys.argv) < 2 else http.client.HTTPConnection
connection = Connection("api.example.com")
connection.request("GET", "/")
assert connection.getresponse().status == 200
