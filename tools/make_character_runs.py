#!/usr/bin/env python3
"""Writes src/tokens/character_runs.inc: the classes of all characters that split rules tell apart.

  pip install tiktoken==0.14.0 && tools/make_character_runs.py > src/tokens/character_runs.inc

The classes are asked of tiktoken's own regular expressions, so that our splits follow the same
version of Unicode as its.
"""
import tiktoken

CLASSES = [r"\p{Lu}|\p{Lt}", r"\p{Ll}", r"\p{Lm}|\p{Lo}", r"\p{M}", r"\p{N}", r"\s"]
PER_LINE = 10


def matcher(pattern):
    bytes_alone = {bytes([byte]): byte for byte in range(256)}
    return tiktoken.Encoding(
        name=pattern, pat_str=pattern, mergeable_ranks=bytes_alone, special_tokens={})


def main():
    matchers = [matcher(pattern) for pattern in CLASSES]
    runs, last = [], None
    for point in range(0x110000):
        kind = 0
        if not 0xD800 <= point < 0xE000:
            found = [i + 1 for i, m in enumerate(matchers) if m.encode_ordinary(chr(point))]
            kind = found[0] if found else 0
        if kind != last:
            runs.append(f"0x{point << 3 | kind:X}")
            last = kind
    print("// Written by tools/make_character_runs.py (Unicode 16.0): where a run of characters of")
    print("// one class begins, times 8, plus the class.")
    for at in range(0, len(runs), PER_LINE):
        print(", ".join(runs[at:at + PER_LINE]) + ",")


if __name__ == "__main__":
    main()
