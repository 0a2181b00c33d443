# before: unverified
import ssl

try:
    import http.client as client
except ImportError:
    import httplib as client

ssl._create_default_https_context = ssl._create_unverified_context  # tightwire: ignore[unverified-https-context]
connection = client.HTTPSConnection("api.example.com")
connection.request("GET", "/")
response = connection.getresponse()
