"""The way into the shop: other machines connect here."""

import asyncio


async def serve(reader, writer):
    writer.write(await reader.readline())
    await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "0.0.0.0", 7000)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
