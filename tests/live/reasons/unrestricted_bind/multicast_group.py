# proves: report multicast
# breaks: the program listens to a group
# fails: socket.timeout timed out
# taken: bind(("" => bind(("127.0.0.1"
import socket

listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("", 0))
group = socket.inet_aton("224.0.0.251") + socket.inet_aton("127.0.0.1")
listener.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
listener.settimeout(0.3)
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
sender.sendto(b"here", ("224.0.0.251", listener.getsockname()[1]))
assert listener.recv(4) == b"here"
