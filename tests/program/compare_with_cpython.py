#!/usr/bin/env python3
"""Compares sheaf's interpreter with the CPython that runs this: generated programs, and the golden ones.

  compare_with_cpython.py RUN_PROGRAMS [--count 500] [--seed 1] [--golden FOLDER]

RUN_PROGRAMS is the built tests/program/run_programs. Both must give the same value, or the same
exception at the same line. A program that meets one of sheaf's own limits, or something outside its
subset, is counted apart, and must be rare. Exits 77 on a CPython whose sums of floats differ (3.12).
"""
import argparse
import contextlib
import io
import json
import resource
import subprocess
import sys
import traceback
import warnings
from pathlib import Path

from generated_programs import program

KINDS = {bool: "bool", int: "int", float: "float", str: "str"}
RARE = .05
MOST_MEMORY = 1 << 30


def of_cpython(source):
    """(kind, text), or (exception, line), or ("no value", type)."""
    names = {}
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(source, "<program>", "exec"), names)
            value = names["ans"] if "ans" in names else None
            function = names.get("solution") or names.get("solver")
            if "ans" not in names and function:
                value = function()
        if type(value) not in KINDS:
            return "no value", type(value).__name__
        return KINDS[type(value)], str(value)
    except SyntaxError:
        return "SyntaxError", None
    except Exception as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
                 if frame.filename == "<program>"]
        return type(error).__name__, lines[-1] if lines else None


def of_sheaf(runner, sources):
    data = b"".join(b"%d\n%s" % (len(raw), raw) for raw in (s.encode() for s in sources))
    done = subprocess.run([runner], input=data, stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def differ(theirs, ours):
    """"" where they agree, "apart" where sheaf declined, else what differs."""
    failure = ours.get("failure")
    if failure in ("unsupported", "steps", "depth", "memory"):
        return "apart"
    if failure == "no_value":
        return "" if theirs[0] == "no value" else f"CPython {theirs}, sheaf {ours}"
    if failure == "syntax":
        return "" if theirs[0] == "SyntaxError" else f"CPython {theirs}, sheaf {ours}"
    if failure == "error":
        name, line = ours["what"].split(":")[0].split(" at line ")
        same = name == theirs[0] and theirs[1] in (None, int(line))
        return "" if same else f"CPython {theirs}, sheaf {ours}"
    same = (ours["kind"], ours["text"]) == theirs
    return "" if same else f"CPython {theirs}, sheaf {ours}"


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    parser = argparse.ArgumentParser()
    parser.add_argument("runner")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--golden", type=Path)
    parser.add_argument("--show", type=int, default=5)
    options = parser.parse_args()
    if sys.version_info >= (3, 12) or sys.version_info < (3, 9):
        print(f"skipped: Python {sys.version.split()[0]} is not the one that sheaf follows, 3.11")
        return 77
    sources = {}
    expected = {}
    seed = options.seed * 1_000_000
    while len(sources) < options.count:
        seed += 1
        source = program(seed)
        theirs = of_cpython(source)
        # Of those that raise, one in four.
        if theirs[0] in KINDS.values() or seed % 4 == 0:
            sources[f"seed {seed}"] = source
            expected[f"seed {seed}"] = theirs
    golden = sorted(options.golden.glob("*.py")) if options.golden else []
    sources |= {path.name: path.read_text() for path in golden}
    outcomes = of_sheaf(options.runner, list(sources.values()))
    counts = {"value": 0, "error": 0, "apart": 0}
    apart = {}
    wrong = []
    for (name, source), ours in zip(sources.items(), outcomes, strict=True):
        verdict = differ(expected.get(name) or of_cpython(source), ours)
        if verdict == "apart":
            counts["apart"] += 1
            apart[ours["what"].split(":")[-1]] = apart.get(ours["what"].split(":")[-1], 0) + 1
        elif verdict:
            wrong.append((name, source, verdict))
        else:
            counts["error" if "failure" in ours else "value"] += 1
    for name, source, verdict in wrong[:options.show]:
        print(f"--- {name}: {verdict}\n{source}")
    print(f"{len(sources)} programs, Python {sys.version.split()[0]}: {counts['value']} same values, "
          f"{counts['error']} same exceptions, {counts['apart']} apart {apart}, {len(wrong)} differ")
    if len(sources) == 0 or counts["apart"] > RARE * len(sources):
        print("too few were compared")
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
