# python: 3.6..
# sink: asyncio.start_server
# needs: ipv6
import asyncio
import socket


async def main():
    server = await asyncio.start_server(print, host="", port=0, family=socket.AF_INET6)
    names = [listening.getsockname() for listening in server.sockets]
    server.close()
    return names


loop = asyncio.new_event_loop()
bound = loop.run_until_complete(main())
loop.close()
