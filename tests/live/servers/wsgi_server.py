# sink: wsgiref.simple_server.WSGIServer
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

server = WSGIServer(("", 0), WSGIRequestHandler)
bound = [server.socket.getsockname()]
server.server_close()
