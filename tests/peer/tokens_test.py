"""The tokens of OpenAI's encodings, ours against tiktoken's: exits 0, 1, or 77 (skipped).

  tokens_test.py TOKEN_IDS PEERS TABLES [--seed 1] [--count 10000]

TOKEN_IDS is the built tests/peer/token_ids, PEERS the folder that tests/peer/install fills, TABLES
the one of tools/fetch-encodings. Of texts that differ the shortest is shown that cutting leads to.
"""
import argparse
import itertools
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ENCODINGS = ("o200k_base", "cl100k_base")
AT_ONCE = 100_000


def ours(program, name, texts):
    """The tokens of each text."""
    data = b"".join(text.encode() + b"\0" for text in texts)
    done = subprocess.run([program, name], input=data, stdout=subprocess.PIPE, check=True)
    return [list(map(int, line.split())) for line in done.stdout.decode().splitlines()]


def differing(program, encoding, texts):
    """The texts, each once, whose tokens differ."""
    texts = list(dict.fromkeys(texts))
    told = ours(program, encoding.name, texts)
    assert len(told) == len(texts)
    return [text for text, tokens in zip(texts, told) if tokens != encoding.encode_ordinary(text)]


def shrunk(program, encoding, text):
    """The shortest text that still differs, from cutting pieces out of `text`."""
    size = len(text) // 2
    while size > 0:
        cut = [text[:at] + text[at + size:] for at in range(0, len(text), max(1, size // 2))]
        shorter = differing(program, encoding, filter(None, cut))
        if shorter:
            text = min(shorter, key=len)
            size = min(size, len(text) // 2)
        else:
            size //= 2
    return text


def texts_of_files(folder, *patterns):
    return [file.read_text(encoding="utf-8", errors="replace")
            for pattern in patterns for file in sorted(folder.rglob(pattern))]


def all_texts(seed, count):
    import varied_texts

    root = HERE.parents[1]
    sources = [*texts_of_files(root / "src", "*.cpp", "*.hpp"),
               *texts_of_files(root / "tools", "*.py")]
    yield from varied_texts.Generator(seed, sources).texts(count)
    yield from varied_texts.each_character()
    yield from sources
    for text in texts_of_files(root / "../shared/data", "*.jsonl", "*.md"):
        yield from filter(None, text.split("\n"))


def compare(program, encoding, texts):
    """Whether all agree; says what does not."""
    compared = different = 0
    while some := list(itertools.islice(texts, AT_ONCE)):
        compared += len(some)
        wrong = differing(program, encoding, some)
        different += len(wrong)
        for text in sorted(wrong, key=len)[:3] if different == len(wrong) else ():
            short = shrunk(program, encoding, text)
            tokens = ours(program, encoding.name, [short])[0]
            print(f"not ok - {encoding.name}: {short!r} is {tokens}, "
                  f"{encoding.encode_ordinary(short)} in tiktoken")
    print(f"{'not ok' if different else 'ok'} - {encoding.name}: {different} of {compared} differ")
    return different == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("peers", type=pathlib.Path)
    parser.add_argument("tables", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10_000)
    arguments = parser.parse_args()
    if not (arguments.peers / "installed").exists():
        print(f"skipped: {arguments.peers} is not installed; tests/peer/install does it")
        return 77
    if not all((arguments.tables / f"{name}.json").exists() for name in ENCODINGS):
        print(f"skipped: no rank tables in {arguments.tables}")
        return 77
    venv = arguments.peers.resolve() / "venv"
    if not venv.samefile(sys.prefix):
        python = str(venv / "bin/python")
        os.execv(python, [python, "-B", *sys.argv])
    import offline_tiktoken

    agree = [compare(arguments.program, offline_tiktoken.encoding(name, arguments.tables),
                     all_texts(arguments.seed, arguments.count)) for name in ENCODINGS]
    return 0 if all(agree) else 1


sys.exit(main())
