from unittest import mock

globals().update({"POP3": mock.Mock()})
globals()["POP3"].return_value.welcome = b"ready"
