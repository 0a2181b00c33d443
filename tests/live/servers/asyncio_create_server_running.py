# python: 3.7..
# sink: asyncio.AbstractEventLoop.create_server
import asyncio


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(asyncio.Protocol, "", 0)
    names = [socket.getsockname() for socket in server.sockets]
    server.close()
    return names


bound = asyncio.run(main())
