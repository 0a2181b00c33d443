# proves: unsafe reassigned
# breaks: a wildcard import gives the name another meaning, which the new name does not have
# fails: ConnectionRefusedError api.example.com:993
from imaplib import IMAP4

from recorded import *

connection = IMAP4("api.example.com")
assert connection.welcome == b"ready"
