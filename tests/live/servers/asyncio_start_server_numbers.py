# python: 3.6..
# sink: asyncio.start_server
import asyncio


async def main():
    server = await asyncio.start_server(lambda reader, writer: None, "0.0.0.0", 0)
    names = [socket.getsockname() for socket in server.sockets]
    server.close()
    return names


loop = asyncio.new_event_loop()
bound = loop.run_until_complete(main())
loop.close()
