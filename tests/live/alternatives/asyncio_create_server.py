# python: 3.6..
import asyncio
from os import environ

OPTIONS = {"host": "0.0.0.0", "port": PORT}

loop = asyncio.new_event_loop()
server = loop.run_until_complete(loop.create_server(asyncio.Protocol, host=OPTIONS["host"], port=OPTIONS["port"]))
bound = [socket.getsockname() for socket in server.sockets]


def close():
    server.close()
    loop.close()
