# proves: unsafe patched
# breaks: the test replaces a name that the call no longer uses, and the call leaves the machine
# fails: ConnectionRefusedError api.example.com:443
# place: test_status.py
# finding: status.py
from unittest import mock

import status

with mock.patch("status.HTTPConnection") as replaced:
    replaced.return_value.getresponse.return_value.status = 200
    assert status.fetch() == 200
