#!/usr/bin/env python3
"""Counts the instructions of the hot paths under callgrind, the same in every run.

    bench/instructions.py check    fails where one costs 5 % more than bench/instructions.txt says
    bench/instructions.py record   writes that file anew

Counts depend on the compiler and the libraries: a record of another compiler is refused.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
RECORD = FOLDER / "instructions.txt"
ALLOWED = 0.05
FEW, MANY = 20, 120


def counted(program, name, times):
    """All instructions of a process that takes the path so often."""
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, name,
         str(times)], capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or found is None:
        sys.exit(f"bench: {name} cannot be counted:\n{done.stderr}")
    return int(found.group(1))


def measured(build):
    """Name -> instructions of one time; start and preparation cancel out."""
    program = build / "bench/hot_path"
    names = subprocess.run([program], capture_output=True, text=True, check=True).stdout.split()
    return {name: (counted(program, name, MANY) - counted(program, name, FEW)) // (MANY - FEW)
            for name in names}


def compiler_of(build):
    cache = (build / "CMakeCache.txt").read_text(encoding="utf-8")
    compiler = re.search(r"CMAKE_CXX_COMPILER:\w+=(.*)", cache).group(1)
    said = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True)
    return said.stdout.splitlines()[0].split(maxsplit=1)[1]


def record(build):
    lines = [f"# Instructions of each hot path, once (callgrind). Compiler: {compiler_of(build)}",
             "# `make bench-check` compares, `make bench-record` writes this file anew."]
    lines += [f"{name} {count}" for name, count in measured(build).items()]
    RECORD.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"recorded in {RECORD.name}")
    return 0


def check(build):
    text = RECORD.read_text(encoding="utf-8")
    recorded_by = re.search(r"Compiler: (.*)", text).group(1)
    if recorded_by != compiler_of(build):
        print(f"bench: the record is of {recorded_by}, this build of {compiler_of(build)}: record "
              "anew on the old commit, then compare (`make bench-record`)", file=sys.stderr)
        return 1
    recorded = {name: int(count) for name, count in re.findall(r"^(\w+) (\d+)$", text, re.M)}
    now = measured(build)
    verdicts = [line(name, recorded.get(name), now.get(name)) for name in {**recorded, **now}]
    return 1 if any(verdicts) else 0


def line(name, before, count):
    """Prints how a path compares; whether that is a failure."""
    if before is None or count is None:
        print(f"{name}: {'not on record' if before is None else 'gone'}: `make bench-record`")
        return True
    change = count / before - 1
    says = ""
    if change > ALLOWED:
        says = f": more than {ALLOWED:.0%} dearer"
    elif change < -ALLOWED:
        says = ": cheaper; renew the record with `make bench-record`"
    print(f"{name:14} {count:>12,}  was {before:>12,}  {change:+.1%}{says}")
    return change > ALLOWED


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["check", "record"])
    parser.add_argument("--build", type=Path, default=FOLDER.parent / "build/bench")
    arguments = parser.parse_args()
    return {"check": check, "record": record}[arguments.what](arguments.build)


if __name__ == "__main__":
    sys.exit(main())
