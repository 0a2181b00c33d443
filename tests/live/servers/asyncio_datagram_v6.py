# python: 3.6..
# sink: asyncio.AbstractEventLoop.create_datagram_endpoint
# needs: ipv6
import asyncio


async def main():
    loop = asyncio.get_event_loop()
    transport, protocol = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("::", 0))
    name = transport.get_extra_info("sockname")
    transport.close()
    await asyncio.sleep(0)
    return [name]


loop = asyncio.new_event_loop()
bound = loop.run_until_complete(main())
loop.close()
