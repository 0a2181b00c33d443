# proves: report target-version
# python: 2.7..2.7
# breaks: Python 2 does not read the file any more
# fails: SyntaxError Non-ASCII
# taken: server = HTTPServer => # ACHTUNG: nur f\xfcr die Entwicklung (tightwire: http-server-usage)\nserver = HTTPServer
from BaseHTTPServer import BaseHTTPRequestHandler, HTTPServer

server = HTTPServer(("", 0), BaseHTTPRequestHandler)
server.server_close()
