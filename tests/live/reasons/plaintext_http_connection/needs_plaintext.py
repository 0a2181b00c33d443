# proves: report needs-plaintext
# breaks: whether a login page stands in between is asked in plaintext; nothing answers on the port of TLS
# fails: ConnectionRefusedError detectportal.firefox.com:443
# taken: HTTPConnection("detectportal.firefox.com") => HTTPSConnection("detectportal.firefox.com", context=ssl.create_default_context())
# taken: import http.client\n => import http.client\nimport ssl\n
# network: detectportal.firefox.com:80 plaintext
import http.client

connection = http.client.HTTPConnection("detectportal.firefox.com")
connection.request("GET", "/")
assert connection.getresponse().status == 200
