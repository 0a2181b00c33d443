# proves: report target-version
# old: without create_default_context
# breaks: the oldest Python that the project is for has no such function
# fails: AttributeError create_default_context
# taken: ssl.SSLContext() => ssl.create_default_context()
# network: api.example.com:443 unknown_issuer
import http.client
import ssl

context = ssl.SSLContext()
connection = http.client.HTTPSConnection("api.example.com", context=context)
connection.request("GET", "/")
assert connection.getresponse().status == 200
