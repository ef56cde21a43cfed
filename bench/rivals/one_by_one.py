"""What the Python clients share: rows from a file, one request each, answers into a file.

CLIENT URL ROWS OUT CONCURRENCY; an empty ROWS measures the start alone.
"""
import asyncio
import json
import sys

INSTRUCTION = ("Decide which queue each message belongs to.\n\n"
               "Each answer is exactly one of: billing, bug, account.")


def messages(row):
    return [{"role": "system", "content": INSTRUCTION},
            {"role": "user", "content": f"Message: {row['text']}"}]


async def run(answer):
    """Calls `answer(row)` for every row, a bounded number at a time."""
    rows_path, out_path, concurrency = sys.argv[2], sys.argv[3], int(sys.argv[4])
    with open(rows_path, encoding="utf-8") as rows, open(out_path, "w", encoding="utf-8") as out:

        async def work():
            for line in rows:
                row = json.loads(line)
                text = await answer(row)
                out.write(json.dumps({"id": row["id"], "answer": text}) + "\n")

        await asyncio.gather(*(work() for _ in range(concurrency)))
