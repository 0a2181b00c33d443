# python: 3.6..
import asyncio


async def serve():
    return await asyncio.start_server(lambda reader, writer: None, "0.0.0.0", PORT)


loop = asyncio.new_event_loop()
server = loop.run_until_complete(serve())
bound = [socket.getsockname() for socket in server.sockets]


def close():
    server.close()
    loop.close()
