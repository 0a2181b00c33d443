# proves: report client-certificate
# python: 3.6..3.11
# breaks: the context that takes the place of the two files does not hold them
# fails: AssertionError load.called
# taken: import http.client\n => import http.client\nimport ssl\n
# taken: key_file="client.key", cert_file="client.pem" => context=ssl.create_default_context()
import http.client
from unittest import mock

with mock.patch("ssl.SSLContext.load_cert_chain") as load:
    connection = http.client.HTTPSConnection("api.example.com", key_file="client.key", cert_file="client.pem")
assert load.called
