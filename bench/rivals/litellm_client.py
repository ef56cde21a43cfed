"""One request per row by LiteLLM."""
import asyncio
import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # Else it is downloaded.

import litellm

from one_by_one import messages, run


async def main():
    async def answer(row):
        reply = await litellm.acompletion(
            model="openai/canned", api_base=sys.argv[1], api_key="none", num_retries=0,
            messages=messages(row), max_tokens=8)
        return reply.choices[0].message.content

    await run(answer)


asyncio.run(main())
