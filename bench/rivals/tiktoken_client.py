"""What tiktoken takes for the lines of a text, one after the other: CLIENT ENCODING FILE TABLES.

Prints JSON: the processor time without loading, the bytes and the tokens. (On one thread
`encode_ordinary_batch` took twice as long.)
"""
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests/peer"))

import offline_tiktoken


def main():
    name, path, tables = sys.argv[1:]
    encoding = offline_tiktoken.encoding(name, pathlib.Path(tables))
    text = pathlib.Path(path).read_bytes()
    lines = text.decode().split("\n")
    if lines[-1] == "":
        lines.pop()
    size = sum(len(line) for line in text.split(b"\n"))
    began = time.process_time()
    tokens = sum(len(encoding.encode_ordinary(line)) for line in lines)
    seconds = time.process_time() - began
    print(json.dumps({"seconds": seconds, "bytes": size, "tokens": tokens}))


main()
