# proves: report plaintext-hook
# breaks: the URL that the proxy was given is one in plaintext
# fails: ConnectionRefusedError api.example.com:443
# taken: import http.client\n => import http.client\nimport ssl\n
# taken: HTTPConnection(host) => HTTPSConnection(host, context=ssl.create_default_context())
# network: api.example.com:80 plaintext
import http.client
import sys
import xmlrpc.client


class Transport(xmlrpc.client.Transport):
    def make_connection(self, host):
        self.made = http.client.HTTPConnection(host)
        return self.made


scheme = "http"
proxy = xmlrpc.client.ServerProxy(scheme + "://api.example.com/", transport=Transport())
assert proxy.transport() == "plaintext"
