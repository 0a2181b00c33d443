# proves: unsafe address-host
# breaks: the server has a certificate for its names, and none for its address
# fails: ssl.CertificateError match
# network: 93.184.216.34:80 plaintext
# network: 93.184.216.34:443 tls
import http.client

connection = http.client.HTTPConnection("93.184.216.34")
connection.request("GET", "/")
assert connection.getresponse().status == 200
