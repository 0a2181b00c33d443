from unittest import mock

globals().update({"IMAP4": mock.Mock()})
globals()["IMAP4"].return_value.welcome = b"ready"
