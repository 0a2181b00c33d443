# sink: xmlrpc.server.SimpleXMLRPCServer
try:
    from xmlrpc.server import SimpleXMLRPCServer
except ImportError:
    from SimpleXMLRPCServer import SimpleXMLRPCServer

server = SimpleXMLRPCServer(("", 0), logRequests=False)
bound = [server.socket.getsockname()]
server.server_close()
