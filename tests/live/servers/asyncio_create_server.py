# python: 3.6..
# sink: asyncio.AbstractEventLoop.create_server
import asyncio

loop = asyncio.new_event_loop()
server = loop.run_until_complete(loop.create_server(asyncio.Protocol, host="0.0.0.0", port=0))
bound = [socket.getsockname() for socket in server.sockets]
server.close()
loop.close()
