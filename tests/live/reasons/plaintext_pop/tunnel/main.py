# proves: report tunnel
# protocol: pop
# breaks: the socket that takes its place reads what is under TLS
# fails: error_proto .
# python: 3.6..3.13
# taken: import poplib\n => import poplib\nimport ssl\n
# taken: poplib.POP3("api.example.com") => poplib.POP3_SSL("api.example.com", context=ssl.create_default_context())
# network: api.example.com:110 plaintext
# network: api.example.com:995 tls
import poplib
import os
import socket

connection = poplib.POP3("api.example.com")
connection.sock = socket.socket(fileno=os.dup(connection.sock.fileno()))
connection.file = connection.sock.makefile("rb")
connection.noop()
