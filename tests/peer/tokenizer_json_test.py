"""Tokens by a tokenizer.json, ours against PyPI's `tokenizers`: exits 0, 1, or 77 (skipped).

  tokenizer_json_test.py TOKEN_IDS PEERS [--seed 1] [--count 3000] [FILE...]

TOKEN_IDS is the built tests/peer/token_ids, PEERS the folder that tests/peer/install fills. A small
tokenizer is trained in the layout of each family, and some hundred tiny ones are made up, so that
each member of a file has each of its values. With FILEs those are compared instead.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MARK = "\u2581"
LETTERS = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
BEFORE = r"[^\r\n\p{L}\p{N}]?"
SPACES = r"|\s*[\r\n]+|\s+(?!\S)|\s+"
PATTERNS = {
    "Llama 3": CONTRACTIONS + "|" + BEFORE
    + r"\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + SPACES,
    "Qwen 2": CONTRACTIONS + "|" + BEFORE
    + r"\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*" + SPACES,
    "Qwen 3.5": CONTRACTIONS + "|" + BEFORE
    + r"[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*" + SPACES,
    "Tekken": "{1}{2}*{3}+|{1}{2}+{3}*".replace("{1}", BEFORE).replace("{2}", LETTERS[0])
    .replace("{3}", LETTERS[1]) + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + SPACES,
    "Llama 4": "{1}{2}*{3}+{4}?|{1}{2}+{3}*{4}?".replace("{1}", BEFORE).replace("{2}", LETTERS[0])
    .replace("{3}", LETTERS[1]).replace("{4}", CONTRACTIONS)
    + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*" + SPACES,
}
NFC = {"type": "NFC"}
PREPEND = {"type": "Prepend", "prepend": MARK}
REPLACE = {"type": "Replace", "pattern": {"String": " "}, "content": MARK}
SPLIT = {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious",
         "invert": False}
# What NFC moves and composes, also what it did not in older Unicode; Hangul, and what is excluded.
COMPOSED = ("\u0301\u0323\u0345\u05b0\u0334\u0344\u1161\u11a8\u1100\uac00\u0958\u2126\u212b\ufb1d"
            "\u1f71\U0002f800eaA\u03b1\u09c7\u09be\u07fd\u0898\u1df6\U0001133b\U00011935\U00011930"
            "\U00011938\U0001e136\U0001e4ec")


def metaspace(scheme, split):
    return {"type": "Metaspace", "replacement": MARK, "prepend_scheme": scheme, "split": split}


def byte_level(pattern):
    return {"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}]}


def added(number, content, special=True, normalized=False):
    return {"id": number, "content": content, "single_word": False, "lstrip": False,
            "rstrip": False, "normalized": normalized, "special": special}


def file_of(vocab, merges, normalizer, pre_tokenizer, contents, **model):
    """A tokenizer.json; `contents` are the texts of added tokens, or those and their flags."""
    tokens = []
    numbers = dict(vocab)
    for content in contents:
        content = (content,) if isinstance(content, str) else content
        tokens.append(added(numbers.setdefault(content[0], len(numbers)), *content))
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens,
            "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "post_processor": None,
            "decoder": None,
            "model": {"type": "BPE", "dropout": None, "unk_token": None, "fuse_unk": False,
                      "continuing_subword_prefix": None, "end_of_word_suffix": None,
                      "byte_fallback": False, "vocab": vocab, "merges": merges, **model}}


def trained(texts, alphabet, pre_tokenizer):
    """A vocabulary of some 3,000 tokens, and its merges."""
    import tokenizers

    learner = tokenizers.Tokenizer(tokenizers.models.BPE())
    learner.pre_tokenizer = pre_tokenizer
    learner.train_from_iterator(texts, tokenizers.trainers.BpeTrainer(
        vocab_size=3000, max_token_length=24, initial_alphabet=alphabet, show_progress=False))
    model = json.loads(learner.to_str())["model"]
    return model["vocab"], model["merges"]


def families(texts):
    """A file in the layout of each family, by name."""
    from tokenizers import Regex, pre_tokenizers

    for name, pattern in PATTERNS.items():
        cuts = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(pattern), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
        vocab, merges = trained(texts, pre_tokenizers.ByteLevel.alphabet(), cuts)
        whole = {} if "Qwen" in name else {"ignore_merges": True}
        if "Qwen" not in name:
            merges = [" ".join(pair) for pair in merges]
        yield name, file_of(vocab, merges, NFC if "Qwen" in name else None, byte_level(pattern),
                            ["<|im_start|>", "<|im_end|>", ("<tool_call>", False),
                             ("<tool", False)], **whole)
    learned, merges = trained(texts, [], pre_tokenizers.Metaspace(prepend_scheme="always"))
    special = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    vocab = {token: number for number, token in enumerate([*special, *learned])}
    falls_back = {"unk_token": "<unk>", "fuse_unk": True, "byte_fallback": True}
    marks = {"type": "Sequence", "normalizers": [PREPEND, REPLACE]}
    yield "Mistral 0.1", file_of(vocab, merges, marks, None, special[:3], **falls_back)
    yield "Mistral 0.3", file_of(vocab, merges, None, metaspace("first", False),
                                 [*special[:3], "[INST]", "[/INST]"], **falls_back)
    yield "Gemma 1", file_of(vocab, merges, REPLACE, None, special[:3], **falls_back)
    yield "Gemma 3", file_of(vocab, merges, REPLACE, SPLIT, [
        *special[:3], ("<unused0>", False), ("\n\n", False), (MARK * 2, False),
        (MARK * 3, False)], **falls_back)


def tiny(draw):
    """Small in all, odd in much: a file, and the letters of texts for it."""
    letters = ["a", "b", "\u00e9", " ", MARK]
    bytewise = draw.random() < 0.4
    symbols = [draw.choice(["a", "b", "\u00c3", "\u00a9", "\u0120", "\u00e2", "\u0138", "\u0123"]
                           if bytewise else [*letters, "\u4e2d"]) for _ in range(7)]
    if not bytewise:
        symbols += [f"<0x{byte:02X}>" for byte in draw.sample(
            [0x61, 0x62, 0xC3, 0xA9, 0xE4, 0xB8, 0xAD, 0x20, 0xE2, 0x96, 0x81, 0xF0], 8)]
    tokens = list(dict.fromkeys(["<unk>", *symbols]))
    merges = []
    for _ in range(draw.randrange(12)):
        pair = [draw.choice(tokens), draw.choice(tokens)]
        if " " in "".join(pair) and draw.random() < 0.5 or len("".join(pair)) > 12:
            continue
        merges.append(pair)
        tokens = list(dict.fromkeys([*tokens, "".join(pair)]))
    if not any(" " in "".join(pair) for pair in merges) and draw.random() < 0.5:
        merges = [" ".join(pair) for pair in merges]
    numbers = draw.sample(range(len(tokens)), len(tokens))
    vocab = dict(zip(tokens, numbers))
    # Of those that are equal once normalized one: ours refuses two.
    contents = draw.sample(["<s>", "<s", "a", "b a", "a" + MARK, draw.choice([" ", MARK]),
                            draw.choice(["\u00e9", "e\u0301"])], draw.randrange(4))
    contents = [(text, draw.random() < 0.5, draw.random() < 0.5) for text in contents]
    pre_tokenizer = byte_level(draw.choice(list(PATTERNS.values()))) if bytewise else draw.choice(
        [None, SPLIT, *(metaspace(scheme, split) for scheme in ("always", "first", "never")
                        for split in (False, True))])
    marks = pre_tokenizer is not None and pre_tokenizer["type"] == "Metaspace"
    empty = {"type": "Sequence", "normalizers": []}
    normalizer = draw.choice([None, empty] if marks else [
        None, NFC, REPLACE, empty, PREPEND, {"type": "Sequence", "normalizers": [NFC, REPLACE]},
        {"type": "Sequence", "normalizers": [PREPEND, REPLACE]},
        {"type": "Replace", "pattern": {"String": "ab"}, "content": draw.choice(["", "b", "aab"])}])
    flags = {"unk_token": draw.choice(["<unk>", None]), "fuse_unk": draw.random() < 0.5,
             "byte_fallback": not bytewise and draw.random() < 0.7,
             "ignore_merges": draw.random() < 0.3}
    file = file_of(vocab, merges, normalizer, pre_tokenizer, contents, **flags)
    return file, [*letters, "\u4e2d", "e\u0301", "\U0001f600", "<s>", "<unk>", "\n", "1"]


def hostile(draw, texts, contents):
    """The texts, many with an added token, a mark of a space or characters that compose."""
    for text in texts:
        chance = draw.random()
        at = draw.randrange(len(text) + 1)
        if chance < 0.2:
            text = text[:at] + "".join(draw.choices(contents, k=2)) + text[at:]
        elif chance < 0.4:
            text += "".join(draw.choices(COMPOSED, k=8)) + text[:at]
        elif chance < 0.5:
            text = text[:at] + draw.choice([MARK, " " + MARK, "  ", " ", "<0x0A>", "<"]) + text[at:]
        yield text


def differing(program, file, texts):
    """The texts whose tokens differ, with both; the whole list where ours refuses the file."""
    from tokenizers import Tokenizer

    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as written:
        json.dump(file, written, ensure_ascii=False)
        written.flush()
        done = subprocess.run([program, written.name], stdout=subprocess.PIPE, check=False,
                              input=b"".join(text.encode() + b"\0" for text in texts))
    ours = [list(map(int, line.split())) for line in done.stdout.decode().splitlines()]
    ours += [None] * (len(texts) - len(ours))
    peer = Tokenizer.from_str(json.dumps(file))
    theirs = [encoding.ids for encoding in peer.encode_batch(texts, add_special_tokens=False)]
    return [case for case in zip(texts, ours, theirs) if case[1] != case[2]]


def compare(program, name, file, texts):
    wrong = sorted(differing(program, file, texts), key=lambda case: len(case[0]))
    for text, ours, theirs in wrong[:3]:
        print(f"not ok - {name}: {text[:200]!r} is {ours}, {theirs} in tokenizers")
    return len(wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("peers", type=pathlib.Path)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=3000)
    arguments = parser.parse_args()
    if not (arguments.peers / "installed").exists():
        print(f"skipped: {arguments.peers} is not installed; tests/peer/install does it")
        return 77
    venv = arguments.peers.resolve() / "venv"
    if not venv.samefile(sys.prefix):
        python = str(venv / "bin/python")
        os.execv(python, [python, "-B", *sys.argv])
    import varied_texts

    sources = [file.read_text(encoding="utf-8") for file in sorted(HERE.glob("*.py"))]
    pool = list(varied_texts.Generator(arguments.seed, sources).texts(arguments.count))
    draw = random.Random(arguments.seed)
    wrong = 0
    files = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in arguments.files]
    for name, file in files or families([*sources, *pool]):
        contents = [token["content"] for token in file["added_tokens"]]
        differ = compare(arguments.program, name, file, list(hostile(draw, pool, contents)))
        print(f"{'not ok' if differ else 'ok'} - {name}: {differ} of {len(pool)} differ")
        wrong += differ
    tiny_wrong = 0
    for number in range(0 if files else arguments.count // 10):
        file, letters = tiny(draw)
        texts = ["".join(draw.choices(letters, k=draw.randrange(1, 12))) for _ in range(30)]
        tiny_wrong += compare(arguments.program, f"tiny {number}", file, texts)
    print(f"{'not ok' if tiny_wrong else 'ok'} - tiny ones: {tiny_wrong} texts differ")
    return 1 if wrong + tiny_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
