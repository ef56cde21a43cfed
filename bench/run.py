#!/usr/bin/env python3
"""Whole processes side by side: sheaf, the floor and other clients, in interleaved rounds.

Prints one Markdown page of medians and quartiles with its conditions, or writes it with --write.
"""
import argparse
import datetime
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cases import FOLDER, Bench
from page import page

SOURCE = FOLDER.parent
FULL = {"rows": 100_000, "rival_rows": 2_000, "waiting_requests": 25_600,
        "finished_rows": 1_000_000, "text_bytes": 100_000_000, "lengths": 10_000_000}
QUICK = {"rows": 8_000, "rival_rows": 400, "waiting_requests": 1_024, "finished_rows": 8_000,
         "text_bytes": 2_000_000, "lengths": 200_000}
ROUNDS = {"pipeline": 7, "efficiency": 3, "start": 21, "resume": 5, "tokens": 3, "packing": 3}
MOST_LOAD = 0.3
MOST_WAIT = 300


def quiet_load(force):
    """The load of the last minute for each core, once it is low; a busy machine is refused."""
    end = time.monotonic() + MOST_WAIT
    load = os.getloadavg()[0] / os.cpu_count()
    while load > MOST_LOAD and not force:
        if time.monotonic() > end:
            sys.exit(f"bench: a load of {load:.2f} for each core, more than {MOST_LOAD}, so nothing "
                     "was measured; stop what else runs, or give --force")
        time.sleep(5)
        load = os.getloadavg()[0] / os.cpu_count()
    return load


def first_line(*words):
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=SOURCE)
        return done.stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"


def versions(bench):
    """Of the clients that were measured beside ours."""
    python = bench.build / "rivals/venv/bin/python3"
    listed = subprocess.run([python, "-m", "pip", "freeze"], capture_output=True, text=True,
                            check=False).stdout if python.exists() else ""
    known = re.findall(r"^(?:aiohttp|openai|litellm|tiktoken)==\S+", listed, re.MULTILINE)
    package = bench.build / "rivals/node_modules/openai/package.json"
    if package.exists():
        version = re.search(r'"version": "([^"]+)"', package.read_text(encoding="utf-8")).group(1)
        known += [f"npm openai@{version}", f"node {first_line('node', '--version')}"]
    if listed:
        known.append(first_line(str(python), "--version"))
    return ", ".join(known) or "none could be installed"


def conditions(bench, load, force):
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    cache = (bench.build / "CMakeCache.txt").read_text(encoding="utf-8")
    compiler = re.search(r"CMAKE_CXX_COMPILER:\w+=(.*)", cache).group(1)
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "date": now.strftime("%Y-%m-%d %H:%M UTC"),
        "sheaf": first_line("git", "describe", "--always", "--dirty"),
        "CPU": f"{cpu.group(1) if cpu else platform.machine()}, {os.cpu_count()} cores",
        "kernel": platform.release(),
        "compiler": first_line(compiler, "--version"),
        "load before": f"{load:.2f} for each core" + (", not refused: `--force`" if force else ""),
        "network": "loopback; client and server share the cores",
        "other clients": versions(bench),
    }


def measure(bench, case, rounds, shuffle):
    """Name -> figures of each round."""
    contestants = bench.contestants(case)
    figures = {name: [] for name in contestants}
    for i in range(rounds):
        order = list(contestants)
        shuffle(order)
        for name in order:
            print(f"bench: {case}, round {i + 1} of {rounds}: {name}", file=sys.stderr)
            figures[name].append(contestants[name]())
    return figures


def programs(build):
    """What the other benchmarks print, as they print it."""
    for program in sorted((build / "bench").glob("*_bench")):
        if program.name == "policy_bench":
            continue
        print(f"bench: {program.name}", file=sys.stderr)
        done = subprocess.run([program], capture_output=True, text=True, check=False)
        text = done.stdout.strip()
        if not text.startswith("|"):
            text = f"```\n{text}\n```"
        if done.returncode != 0:
            text += f"\n\nIt ended with {done.returncode}."
        yield program.name, text


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="case",
                        help=f"{', '.join(ROUNDS)} or programs; all without one")
    parser.add_argument("--build", type=Path, default=SOURCE / "build/bench")
    parser.add_argument("--rounds", type=int, help="in place of each case's own number")
    parser.add_argument("--quick", action="store_true", help="little work: a try, no figures")
    parser.add_argument("--force", action="store_true", help="measure on a busy machine too")
    parser.add_argument("--write", type=Path, metavar="FILE", help="the page goes there")
    arguments = parser.parse_args()
    if set(arguments.cases) - set(ROUNDS) - {"programs"}:
        parser.error(f"there are the cases {', '.join(ROUNDS)} and programs")
    wanted = arguments.cases or [*ROUNDS, "programs"]
    load = quiet_load(arguments.force)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=arguments.build) as folder:
        bench = Bench(arguments.build.resolve(), Path(folder), QUICK if arguments.quick else FULL)
        for name in set(bench.known_rivals()) - set(bench.rivals):
            print(f"bench: {name} is not installed and not measured", file=sys.stderr)
        shuffle = random.Random(1).shuffle
        figures = {case: measure(bench, case, arguments.rounds or rounds, shuffle)
                   for case, rounds in ROUNDS.items() if case in wanted}
        missing = sorted(set(bench.known_rivals()) - set(bench.rivals))
        others = programs(bench.build) if "programs" in wanted else ()
        text = page(conditions(bench, load, arguments.force), figures, missing, others,
                    arguments.quick)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    sys.exit(main())
