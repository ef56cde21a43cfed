#!/usr/bin/env python3
"""Refuses an exemplar whose program, run by CPython, does not leave its answer in `ans`."""
import json
import sys
from pathlib import Path


def fault(exemplar):
    """Why the exemplar's program is wrong; None when it is right."""
    program = exemplar["program"]
    if not program.splitlines()[-1].startswith("ans = "):
        return "the program does not end in `ans = ...`"
    names = {}
    try:
        exec(program, names)  # our own exemplars
    except Exception as error:
        return f"the program fails: {error!r}"
    if float(names["ans"]) != float(exemplar["answer"]):
        return f"the program gives {names['ans']}, and the answer is {exemplar['answer']}"
    return None


def check(root):
    for file in sorted(root.glob("examples/**/*.exemplars.jsonl")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            exemplar = json.loads(line)
            why = fault(exemplar) if "program" in exemplar else None
            if why:
                yield f"{file.relative_to(root)}:{number}: {why}"


if __name__ == "__main__":
    refusals = list(check(Path(__file__).resolve().parent.parent))
    print("\n".join(refusals) or "every program gives its exemplar's answer")
    sys.exit(bool(refusals))
