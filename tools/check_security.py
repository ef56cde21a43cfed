#!/usr/bin/env python3
"""Refuses a SECURITY.md that names a test which is not there, or a threat without a test."""
import re
import sys
from pathlib import Path

FILE = re.compile(r"((?:`\w+\.\w+`(?:, | and )?)+) in `(tests/[\w/]+\.cpp)`")
NAME = re.compile(r"`(\w+)\.(\w+)`")
ROW = re.compile(r"^\| (?!threat \||---)(.*) \|$")
MACRO = r"\b(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP)\(\s*%s,\s*%s\b"


def check(root):
    for number, line in enumerate((root / "SECURITY.md").read_text().splitlines(), 1):
        row = ROW.match(line)
        if not row:
            continue
        tests = row.group(1).rsplit(" | ", 1)[-1]
        where = FILE.findall(tests)
        if sum(len(NAME.findall(names)) for names, _ in where) != len(NAME.findall(tests)) \
                or not where:
            yield f"SECURITY.md:{number}: a threat without `Suite.Name` in `tests/FILE.cpp`"
        for names, file in where:
            text = (root / file).read_text() if (root / file).is_file() else ""
            for suite, name in NAME.findall(names):
                if not re.search(MACRO % (suite, name), text):
                    yield f"SECURITY.md:{number}: {file} has no test {suite}.{name}"


def main():
    refusals = list(check(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
    print("\n".join(refusals) or "every test is there")
    return 1 if refusals else 0


if __name__ == "__main__":
    sys.exit(main())
