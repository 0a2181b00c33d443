from unittest import mock

globals().update({"HTTPConnection": mock.Mock()})
globals()["HTTPConnection"].return_value.getresponse.return_value.status = 200
