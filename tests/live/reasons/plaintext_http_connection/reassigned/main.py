# proves: unsafe reassigned
# breaks: a wildcard import gives the name another meaning, which the new name does not have
# fails: ConnectionRefusedError api.example.com:443
from http.client import HTTPConnection

from recorded import *

connection = HTTPConnection("api.example.com")
connection.request("GET", "/")
assert connection.getresponse().status == 200
