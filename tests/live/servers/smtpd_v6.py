# python: 3.6..3.11
# sink: smtpd.SMTPServer
# needs: ipv6
import smtpd

server = smtpd.SMTPServer(("::", 0), None)
bound = [server.socket.getsockname()]
server.close()
