# python: 2.7..3.11
# sink: smtpd.DebuggingServer
import smtpd

server = smtpd.DebuggingServer(("0.0.0.0", 0), None)
bound = [server.socket.getsockname()]
server.close()
