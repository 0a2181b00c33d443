# proves: report omitted-host
# breaks: a neighbour uses the server
# fails: ConnectionRefusedError refused
# taken: port=0 => host="127.0.0.1", port=0
import asyncio
import socket

import neighbour


async def main():
    server = await asyncio.start_server(lambda reader, writer: writer.close(), port=0)
    four = [listening for listening in server.sockets if listening.family == socket.AF_INET]
    neighbour.visits(four[0].getsockname()[1])
    server.close()


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
loop.close()
