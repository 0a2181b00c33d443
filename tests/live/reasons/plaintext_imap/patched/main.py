# proves: unsafe patched
# breaks: the test replaces a name that the call no longer uses, and the call leaves the machine
# fails: ConnectionRefusedError api.example.com:993
# place: test_mailbox.py
# finding: mailbox_of.py
from unittest import mock

import mailbox_of

with mock.patch("mailbox_of.IMAP4") as replaced:
    replaced.return_value.welcome = b"ready"
    assert mailbox_of.welcome() == b"ready"
