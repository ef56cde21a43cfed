#!/usr/bin/env python3
"""Whole processes against one loopback server: CPU, wall time and memory of ours and of others."""
import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from processes import canned_server, run

SOURCE = Path(__file__).resolve().parent.parent

TASK = """\
name: bench
instruction: Decide which queue each message belongs to.
sample: {Message: "{{text}}"}
answer: {label: Answer, type: choice, choices: [billing, bug, account], max_tokens: 8}
id: id
batch: {size: 16}
model: {name: openai/canned}
limits: {concurrency: 64}
"""
WORDS = ("the invoice of last month came twice and nobody in support could say why it did so "
         "although the contract names one payment a month and the bank shows two of them ").split()


def write_rows(path, count, size=400):
    """Rows of `size` bytes a line, no two alike."""
    with open(path, "w", encoding="utf-8") as out:
        for i in range(count):
            head = f'{{"id": "row-{i:08}", "text": "Message {i:08}: '
            text = ""
            at = i
            while len(head) + len(text) < size - 20:
                text += WORDS[at % len(WORDS)] + " "
                at += 1 + i % 7
            out.write(head + text.strip() + '."}\n')


def pipeline(build, folder, rows):
    with canned_server(build) as server:
        cost = run([build / "apps/cli/sheaf", "run", folder / "task.yaml", folder / "rows.jsonl",
                    "-o", folder / "out.jsonl", "--base-url", server.url,
                    "--fresh", "--overwrite", "-q"])
    assert server.seen["answers"] == rows, server.seen
    return cost, server.seen


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=Path, default=SOURCE / "build/bench")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sheaf-bench-") as name:
        folder = Path(name)
        (folder / "task.yaml").write_text(TASK)
        write_rows(folder / "rows.jsonl", arguments.rows)
        rates = []
        for _ in range(arguments.rounds):
            cost, seen = pipeline(arguments.build, folder, arguments.rows)
            rates.append(arguments.rows / cost.cpu)
            print(f"{rates[-1]:,.0f} rows/CPU s; CPU {cost.cpu:.3f} s, wall {cost.wall:.3f} s, "
                  f"peak {cost.peak_mib:.1f} MiB; server {seen['cpu_seconds']:.3f} s for "
                  f"{seen['requests']} requests")
        print(f"median {statistics.median(rates):,.0f} rows/CPU s")


if __name__ == "__main__":
    sys.exit(main())
