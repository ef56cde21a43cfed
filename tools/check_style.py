#!/usr/bin/env python3
"""Refuses what CONTRIBUTING.md rules out and no compiler sees.

Files of at most 400 lines (a `// long-file: reason` in the first five lines lifts this), lines of
at most 100 characters, no to-do marks, no file name that says nothing. A source of src/ includes the
header of its own name first, so that compiling it shows that the header stands alone.
"""
import re
import sys
from pathlib import Path

FOLDERS = ("include", "src", "apps", "tests", "bench", "fuzz", "examples", "models")
SUFFIXES = {".hpp", ".cpp", ".h"}
MAX_LINES = 400
MAX_WIDTH = 100
TO_DO = re.compile(r"\b(TO" r"DO|FIX" r"ME|XXX)\b")
EMPTY_NAME = re.compile(r"(^|_)(utils?|common|helpers?|manager|misc)(_|$)")
FIRST_INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
LONG_FILE = re.compile(r"//\s*long-file:\s*\S+")


def check(root):
    refusals = []
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in SUFFIXES:
                name = file.relative_to(root)
                refusals += [f"{name}:{why}" for why in faults(file)]
    return refusals


def faults(file):
    text = file.read_text(errors="replace")
    lines = text.splitlines()
    own = file.with_suffix(".hpp")
    if file.suffix == ".cpp" and "src" in file.parts and own.exists():
        first = FIRST_INCLUDE.search(text)
        if not first or not own.as_posix().endswith("/" + first.group(1)):
            yield f"1: include {own.name} first, which shows that it stands alone"
    if EMPTY_NAME.search(file.stem):
        yield "1: the name says nothing about what is inside"
    if len(lines) > MAX_LINES and not any(map(LONG_FILE.search, lines[:5])):
        yield (f"{MAX_LINES + 1}: {len(lines)} lines, more than {MAX_LINES}: split it, "
               "or give the reason on top: // long-file: reason")
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_WIDTH:
            yield f"{number}: {len(line)} characters, more than {MAX_WIDTH}"
        if TO_DO.search(line):
            yield f"{number}: do it, or open an issue"


def main():
    refusals = check(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
    print("\n".join(refusals) or "style kept")
    return 1 if refusals else 0


if __name__ == "__main__":
    sys.exit(main())
