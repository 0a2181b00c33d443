# before: unverified
import ssl

try:
    import xmlrpc.client as client
except ImportError:
    import xmlrpclib as client

proxy = client.ServerProxy("https://api.example.com/RPC2", context=ssl._create_unverified_context())
response = proxy.transport()
