# python: 2.7..2.7
import xmlrpclib

response = xmlrpclib.Server("http://api.example.com/RPC2", None, None, True).transport()
