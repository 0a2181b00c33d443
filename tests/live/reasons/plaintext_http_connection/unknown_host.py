# proves: unsafe unknown-host
# breaks: the setting names a host that speaks plaintext
# fails: ConnectionRefusedError status.example.org:443
# network: status.example.org:80 plaintext
import http.client
import json

settings = json.loads('{"host": "status.example.org"}')
connection = http.client.HTTPConnection(settings["host"])
connection.request("GET", "/")
assert connection.getresponse().status == 200
