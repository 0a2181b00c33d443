# proves: report legacy-class
# python: 2.7..2.7
# breaks: the new class has other methods
# fails: AttributeError putheader|getreply|send_request|endheaders
# taken: import httplib\n => import httplib\nimport ssl\n
# taken: httplib.HTTP("api.example.com") => httplib.HTTPSConnection("api.example.com", context=ssl.create_default_context())
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import httplib

connection = httplib.HTTP("api.example.com")
connection.putrequest("GET", "/")
connection.endheaders()
status, reason, headers = connection.getreply()
assert status == 200
