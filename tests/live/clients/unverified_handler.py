# before: unverified
import ssl

try:
    import urllib.request as request
except ImportError:
    import urllib2 as request

opener = request.build_opener(request.HTTPSHandler(context=ssl._create_unverified_context()))
response = opener.open("https://api.example.com/")
