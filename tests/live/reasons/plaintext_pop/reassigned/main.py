# proves: unsafe reassigned
# breaks: a wildcard import gives the name another meaning, which the new name does not have
# fails: ConnectionRefusedError api.example.com:995
from poplib import POP3

from recorded import *

connection = POP3("api.example.com")
assert connection.welcome == b"ready"
