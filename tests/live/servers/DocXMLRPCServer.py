# sink: xmlrpc.server.DocXMLRPCServer
try:
    from xmlrpc.server import DocXMLRPCServer
except ImportError:
    from DocXMLRPCServer import DocXMLRPCServer

server = DocXMLRPCServer(("", 0), logRequests=False)
bound = [server.socket.getsockname()]
server.server_close()
