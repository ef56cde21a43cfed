"""One request per row by the official Python SDK."""
import asyncio
import sys

from openai import AsyncOpenAI

from one_by_one import messages, run


async def main():
    async with AsyncOpenAI(base_url=sys.argv[1], api_key="none", max_retries=0) as client:

        async def answer(row):
            reply = await client.chat.completions.create(
                model="canned", messages=messages(row), max_tokens=8)
            return reply.choices[0].message.content

        await run(answer)


asyncio.run(main())
