"""How often the model is right on held-out rows, by task and batch size, and how often a reply
breaks the format: `python -m nano.evaluate FOLDER --corpus PROGRAM`. Replies are greedy."""
import argparse
import re
from collections import Counter
from pathlib import Path

import torch
from tokenizers import Tokenizer

from .generate import replies
from .model import Nano, Shape
from .shards import SHARES, Sources
from .tokenizer import END

SIZES = (1, 2, 4, 6, 8, 12)
TOKENS_AT_ONCE = 16_000
LONGEST_ANSWER = {"arithmetic": 60, "echo": 40}  # tokens, with its key; elsewhere 8
MARKED = re.compile(r"The answer is (\S+?)\.?$")


def load(path):
    state = torch.load(path, weights_only=False, map_location="cpu")
    model = Nano(Shape(**state["shape"]))
    model.load_state_dict(state["model"])
    return model.eval(), state


def answers(text, reply):
    """{key: answers printed under it}; the primed key stands in the prompt."""
    size, label = len(text["values"]), re.escape(text["label"])
    if not re.search(r"\[1\]:$", text["prompt"]):
        return {1: [reply.strip()]}
    parts = re.split(rf"^{label}\[(\d+)\]:", reply, flags=re.M)
    found = {1: [parts[0].strip()]}
    for key, said in zip(parts[1::2], parts[2::2]):
        found.setdefault(int(key), []).append(said.strip())
    return found if size else {}


def value(task, said):
    if task != "arithmetic":
        return said
    marked = MARKED.search(said)
    return marked.group(1) if marked else None


def judge(task, text, reply, ended, counts):
    found = answers(text, reply)
    size = len(text["values"])
    counts["replies"] += 1
    keys = sorted(key for key, said in found.items() for _ in said)
    counts["broken"] += not ended or keys != list(range(1, size + 1))
    for key, right in enumerate(text["values"], 1):
        said = found.get(key, [])
        counts["samples"] += 1
        counts["right"] += len(said) == 1 and value(task, said[0]) == right


def cell(model, tokenizer, sources, task, size, options):
    texts = sources.texts(task, side="held", texts=max(1, options.samples // size), min_batch=size,
                          max_batch=size, worked=options.worked, seed=7)
    prompts = [encoded.ids for encoded in tokenizer.encode_batch([t["prompt"] for t in texts])]
    line_feed, end = tokenizer.token_to_id("Ċ"), tokenizer.token_to_id(END)
    most = LONGEST_ANSWER.get(task, 8) * size + 8
    order = sorted(range(len(texts)), key=lambda i: len(prompts[i]))
    counts, at = Counter(), 0
    while at < len(order):
        count = max(1, TOKENS_AT_ONCE // (len(prompts[order[at]]) + most))
        chosen = order[at : at + count]
        at += count
        said, over = replies(model, [prompts[i] for i in chosen], most, [[line_feed] * 2, [end]])
        for i, ids, ended in zip(chosen, said, over):
            judge(task, texts[i], tokenizer.decode(ids), ended, counts)
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corpus", type=Path, required=True, help="the program nano_corpus")
    parser.add_argument("--model", default="model.pt")
    parser.add_argument("--samples", type=int, default=480)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--tasks", default=",".join(SHARES))
    parser.add_argument("--worked", default="own", help="exemplars: own, none or drawn")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    model, state = load(options.folder / options.model)
    sources = Sources(options.corpus, options.folder / "rows", options.folder / "tokenizer.json")
    tokenizer = Tokenizer.from_file(str(sources.tokenizer))
    sizes = [int(size) for size in options.sizes.split(",")]
    print(f"{state['tokens'] / 1e6:.1f} million tokens, {options.samples} samples a cell, "
          f"exemplars: {options.worked}\n")
    print("| task | " + " | ".join(f"b={size}" for size in sizes) + " | broken replies |")
    print("| --- |" + " --- |" * (len(sizes) + 1))
    for task in options.tasks.split(","):
        cells = [cell(model, tokenizer, sources, task, size, options) for size in sizes]
        shares = " | ".join(f"{c['right'] / c['samples']:.3f}" for c in cells)
        broken, all_replies = (sum(c[name] for c in cells) for name in ("broken", "replies"))
        print(f"| {task} | {shares} | {broken} of {all_replies} |", flush=True)


if __name__ == "__main__":
    main()
