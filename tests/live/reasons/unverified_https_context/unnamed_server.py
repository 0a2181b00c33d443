# proves: report unnamed-server
# beside: unverified-context
# breaks: the call does not say which server it is for, and a context that verifies refuses that
# fails: ValueError server_hostname
# taken: ssl._create_unverified_context() => ssl.create_default_context()
# network: api.example.com:443 tls
import socket
import ssl

context = ssl._create_unverified_context()
with context.wrap_socket(socket.create_connection(("api.example.com", 443))) as connection:
    connection.sendall(b"GET / HTTP/1.0\r\nHost: api.example.com\r\n\r\n")
    assert connection.recv(100).startswith(b"HTTP/1.")
