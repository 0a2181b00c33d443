# proves: unsafe patched
# breaks: the test replaces a name that the call no longer uses, and the call leaves the machine
# fails: ConnectionRefusedError api.example.com:443
# place: test_weather.py
# finding: weather_of.py
from unittest import mock

import weather_of

with mock.patch("weather_of.HTTPConnection") as replaced:
    replaced.return_value.getresponse.return_value.status = 200
    assert weather_of.fetch() == 200
