"""The tasks' own exemplars, twelve rows for training each: `python -m nano.exemplars`.

They are kept beside the task files; run this again only where the generators change.
"""
import json
from pathlib import Path

from .grammar import TRAIN
from .rows import make, makers

TASKS = Path(__file__).parent.parent / "tasks"
COUNT = 12


def balanced(rows):
    """The first rows, answers in turn where there are few of them."""
    by_answer = {}
    for row in rows:
        by_answer.setdefault(row["answer"], []).append(row)
    if len(by_answer) > COUNT:
        return rows[:COUNT]
    kinds = list(by_answer.values())
    return [kinds[i % len(kinds)][i // len(kinds)] for i in range(COUNT)]


def main():
    for task in makers(TRAIN):
        with open(TASKS / f"{task}.exemplars.jsonl", "w") as file:
            for row in balanced(make(task, TRAIN, 200)):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
