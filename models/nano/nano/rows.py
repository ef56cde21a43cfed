"""Rows of every task, for training and held out: `python -m nano.rows FOLDER`.

Held-out rows are made of templates, names, nouns, places and pairs of numbers that no row for
training has. Every row carries `answer`; rows that reason carry `reasoning`.
"""
import argparse
import json
import random
from pathlib import Path

from .arithmetic import Arithmetic
from .echo import Echo
from .events import Events
from .grammar import HELD, TRAIN
from .reviews import Reviews
from .support import Support

SEED = 20240
REPEATED = {"calculations", "same"}  # whose rows may come again: there are few of some kinds


def makers(side):
    """What makes a row of each task."""
    reviews, events = Reviews(side), Events(side)
    arithmetic, echo = Arithmetic(side), Echo(side)
    return {"reviews-two": reviews.two, "reviews-five": reviews.five,
            "support": Support(side).message, "arithmetic": arithmetic.reasoned,
            "arithmetic-direct": arithmetic.direct,
            "entailment": events.pair, "facts": events.fact, "details": events.detail,
            "calculations": arithmetic.calculation, "echo": echo.text, "same": echo.pair}


def make(task, side, count):
    """Rows of a task, no two of them alike but in REPEATED."""
    maker, rng = makers(side)[task], random.Random(f"{SEED} {task} {side}")
    rows, seen = [], set()
    for _ in range(40 * count):
        row = maker(rng)
        key = json.dumps(row)
        if key not in seen or task in REPEATED:
            seen.add(key)
            rows.append(row)
        if len(rows) == count:
            break
    return rows


def write(folder, side, count):
    folder.mkdir(parents=True, exist_ok=True)
    for task in makers(side):
        with open(folder / f"{task}.{side}.jsonl", "w") as file:
            for row in make(task, side, count):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--train", type=int, default=60_000)
    parser.add_argument("--held", type=int, default=2_000)
    options = parser.parse_args()
    write(options.folder, TRAIN, options.train)
    write(options.folder, HELD, options.held)


if __name__ == "__main__":
    main()
