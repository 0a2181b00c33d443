# proves: unsafe reassigned
# breaks: a wildcard import gives the name another meaning: a class that takes no context
# fails: TypeError context
from http.client import HTTPSConnection

from recorded import *

connection = HTTPSConnection("api.example.com")
connection.request("GET", "/")
assert connection.getresponse().status == 200
