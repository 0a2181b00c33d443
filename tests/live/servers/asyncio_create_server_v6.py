# python: 3.6..
# sink: asyncio.AbstractEventLoop.create_server
# needs: ipv6
import asyncio

loop = asyncio.new_event_loop()
server = loop.run_until_complete(loop.create_server(asyncio.Protocol, "::", 0))
bound = [socket.getsockname() for socket in server.sockets]
server.close()
loop.close()
