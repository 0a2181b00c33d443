# proves: unsafe cli-default
# beside: unverified-context
# breaks: without the option, a server with a certificate that it made for itself is asked
# fails: ssl.SSLError CERTIFICATE_VERIFY_FAILED
# network: api.example.com:443 unknown_issuer
import argparse
import http.client
import ssl

parser = argparse.ArgumentParser()
parser.add_argument("--context", default=ssl._create_unverified_context(), type=lambda name: ssl.create_default_context())
options = parser.parse_args([])
connection = http.client.HTTPSConnection("api.example.com", context=options.context)
connection.request("GET", "/")
assert connection.getresponse().status == 200
