"""One request per row by aiohttp: as little as can be done in Python."""
import asyncio
import sys

import aiohttp

from one_by_one import messages, run


async def main():
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def answer(row):
            body = {"model": "canned", "messages": messages(row), "max_tokens": 8}
            async with session.post(sys.argv[1] + "/chat/completions", json=body) as response:
                reply = await response.json()
                return reply["choices"][0]["message"]["content"]

        await run(answer)


asyncio.run(main())
