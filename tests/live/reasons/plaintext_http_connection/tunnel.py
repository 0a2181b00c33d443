# proves: report tunnel
# breaks: the tunnel leads to a port that speaks plaintext, whose server hangs up
# fails: ssl.SSLError (?i)eof
# taken: import http.client\n => import http.client\nimport ssl\n
# taken: HTTPConnection("cache.example.com", 80) => HTTPSConnection("cache.example.com", 80, context=ssl.create_default_context())
# network: cache.example.com:80 plaintext
import http.client

connection = http.client.HTTPConnection("cache.example.com", 80)
connection.set_tunnel("api.example.com", 80)
connection.connect()
