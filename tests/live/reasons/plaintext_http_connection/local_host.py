# proves: unsafe local-host
# breaks: what runs on this machine speaks plaintext
# fails: ConnectionRefusedError localhost:443
# network: localhost:80 plaintext
import http.client

connection = http.client.HTTPConnection("localhost")
connection.request("GET", "/")
assert connection.getresponse().status == 200
