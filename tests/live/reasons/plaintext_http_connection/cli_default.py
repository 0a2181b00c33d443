# proves: unsafe cli-default
# breaks: the manual shows the old default
# fails: AssertionError in parser.format_help
# network: api.example.com:80 plaintext
# network: api.example.com:443 tls
import argparse
import xmlrpc.client

parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)
parser.add_argument("--url", default="http://api.example.com/", help="the service")
options = parser.parse_args([])
proxy = xmlrpc.client.ServerProxy(options.url)
assert proxy.transport() in ("plaintext", "tls")
assert "(default: http://api.example.com/)" in parser.format_help()
