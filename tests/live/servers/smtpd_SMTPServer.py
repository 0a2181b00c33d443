# python: 2.7..3.11
# sink: smtpd.SMTPServer
import smtpd

server = smtpd.SMTPServer(("0.0.0.0", 0), None)
bound = [server.socket.getsockname()]
server.close()
