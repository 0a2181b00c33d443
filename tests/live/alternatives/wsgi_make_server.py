from wsgiref.simple_server import demo_app, make_server

server = make_server("", PORT, demo_app)
bound = [server.socket.getsockname()]
close = server.server_close
