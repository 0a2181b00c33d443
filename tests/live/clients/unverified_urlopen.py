# before: unverified
import ssl

try:
    from urllib.request import urlopen
except ImportError:
    from urllib2 import urlopen

context = ssl._create_unverified_context()
response = urlopen("https://api.example.com/", context=context)
