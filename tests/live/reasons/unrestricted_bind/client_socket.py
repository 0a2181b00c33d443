# proves: report client-socket
# breaks: the client reaches another machine from every address but loopback
# fails: OSError Invalid argument
# taken: "0.0.0.0" => "127.0.0.1"
# needs: route
import socket

client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.bind(("0.0.0.0", 0))
client.connect(("192.0.2.77", 9))
client.send(b"here")
