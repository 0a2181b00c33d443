try:
    from xmlrpc import client
except ImportError:
    import xmlrpclib as client

response = client.ServerProxy("http://api.example.com/RPC2", allow_none=True).transport()
