# proves: report shared-fix
# breaks: the other server takes IPv6, where the address of IPv4 is an error
# fails: socket.gaierror .
# needs: ipv6
# taken: HOST = "" => HOST = "127.0.0.1"
import socket

HOST = ""

four = socket.socket()
four.bind((HOST, 0))
six = socket.socket(socket.AF_INET6)
six.bind((HOST, 0))
four.listen(5)
six.listen(5)
