"""What is kept of the rows: each task's own twelve exemplars beside its file, and held-out rows to try
it on: `python -m nano.exemplars`. Run this again only where the generators change."""
import json
from pathlib import Path

from .grammar import HELD, TRAIN
from .rows import make, makers

NANO = Path(__file__).parent.parent
COUNT, HELD_COUNT = 12, 300


def balanced(rows):
    """The first rows, answers in turn where there are few of them."""
    by_answer = {}
    for row in rows:
        by_answer.setdefault(row["answer"], []).append(row)
    if len(by_answer) > COUNT:
        return rows[:COUNT]
    kinds = list(by_answer.values())
    return [kinds[i % len(kinds)][i // len(kinds)] for i in range(COUNT)]


def kept():
    """{path: its rows}, of all tasks."""
    files = {}
    for task in makers(TRAIN):
        files[NANO / "tasks" / f"{task}.exemplars.jsonl"] = balanced(make(task, TRAIN, 200))
        files[NANO / "held-out" / f"{task}.jsonl"] = make(task, HELD, HELD_COUNT)
    return files


def main():
    for path, rows in kept().items():
        path.parent.mkdir(exist_ok=True)
        with open(path, "w") as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
