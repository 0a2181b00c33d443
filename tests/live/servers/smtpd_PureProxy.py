# python: 2.7..3.11
# sink: smtpd.PureProxy
import smtpd

server = smtpd.PureProxy(("0.0.0.0", 0), ("127.0.0.1", 25))
bound = [server.socket.getsockname()]
server.close()
