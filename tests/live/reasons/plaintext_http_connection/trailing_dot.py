# proves: unsafe trailing-dot
# breaks: no certificate holds the name with its dot
# fails: ssl.CertificateError match
# network: api.example.com.:80 plaintext
# network: api.example.com.:443 tls
import http.client

connection = http.client.HTTPConnection("api.example.com.")
connection.request("GET", "/")
assert connection.getresponse().status == 200
