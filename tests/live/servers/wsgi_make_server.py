# sink: wsgiref.simple_server.make_server
from wsgiref.simple_server import demo_app, make_server

server = make_server("", 0, demo_app)
bound = [server.socket.getsockname()]
server.server_close()
