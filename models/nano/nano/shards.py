"""Training texts in pieces: each is written by nano_corpus, told by its number, and thrown away."""
import json
import multiprocessing
import random
import signal
import subprocess
from collections import deque
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .tokenizer import END

TASKS = Path(__file__).parent.parent / "tasks"
# Tasks and how often their texts come.
SHARES = {"reviews-two": 0.4, "reviews-five": 0.5, "support": 0.8, "arithmetic": 2.0,
          "arithmetic-direct": 2.0, "calculations": 4.0, "entailment": 0.7, "facts": 1.8,
          "details": 0.6, "echo": 1.0, "same": 1.0}
# From so many pieces on: which tasks, and the sizes of texts as (share of texts, most samples in a
# batch, most exemplars); None for prompts without exemplars and contract. Copying and comparing
# words come first, then finding one, then judging by it: all tasks build on these. A worker's piece
# has some 350,000 tokens, a later one more.
CURRICULUM = [(0, {"echo": 1.0, "same": 1.0}, [(0.5, 1, None), (0.5, 2, None)]),
              (4, {"details": 1.0, "same": 0.6, "echo": 0.3}, [(0.5, 1, None), (0.5, 2, None)]),
              (6, {"facts": 1.2, "entailment": 1.0, "details": 0.4, "same": 0.5, "echo": 0.2},
               [(0.5, 1, None), (0.5, 2, None)]),
              (9, SHARES, [(0.4, 1, None), (0.6, 3, None)]),
              (12, SHARES, [(0.3, 1, None), (0.3, 4, None), (0.3, 3, 4), (0.1, 6, 12)]),
              (15, SHARES, [(0.2, 2, None), (0.25, 6, None), (0.3, 4, 6), (0.25, 12, 12)]),
              (18, SHARES, [(0.15, 2, None), (0.25, 8, None), (0.25, 1, 12), (0.15, 4, 6),
                            (0.2, 12, 12)])]
TEXTS = 6_000  # in a piece
LONGEST = 2048  # tokens; longer texts are left out
NOTHING, PROMPT, ANSWER = 0, 1, 2


@dataclass
class Sources:
    """Where the parts are."""
    corpus: Path  # nano_corpus
    rows: Path
    tokenizer: Path

    def command(self, task, side="train", **options):
        words = [str(self.corpus), "--task", str(TASKS / f"{task}.yaml"),
                 "--rows", str(self.rows / f"{task}.{side}.jsonl"),
                 "--wordings", str(TASKS / f"{task}.wordings")]
        for name, value in options.items():
            words += ["--" + name.replace("_", "-"), str(value)]
        return words

    def texts(self, task, **options):
        found = subprocess.run(self.command(task, **options), check=True, capture_output=True)
        return [json.loads(line) for line in found.stdout.splitlines()]


def stage(number):
    """Tasks with their shares, and sizes of texts, of a piece."""
    return [(shares, sizes) for since, shares, sizes in CURRICULUM if since <= number][-1]


def encode(tokenizer, texts):
    """Token ids and what each is, one pair of arrays a text. Behind a reply stand the stop's two
    line feeds, as they do between exemplars, and the end."""
    line_feed, end = tokenizer.token_to_id("Ċ"), tokenizer.token_to_id(END)
    prompts = tokenizer.encode_batch([text["prompt"] for text in texts])
    replies = tokenizer.encode_batch_fast([text["reply"] for text in texts])
    for text, prompt, reply in zip(texts, prompts, replies):
        ids = prompt.ids + reply.ids + [line_feed, line_feed, end]
        kinds = np.full(len(ids), ANSWER, dtype=np.uint8)
        kinds[: len(prompt.ids)] = PROMPT
        starts = np.array([begin for begin, _ in prompt.offsets])
        for begin, finish in text["worked"]:
            kinds[: len(starts)][(starts >= begin) & (starts < finish)] = ANSWER
        yield np.array(ids, dtype=np.int64), kinds


def piece(sources, number, seed):
    """The texts of a piece as pairs of arrays; the same for the same arguments."""
    tokenizer = Tokenizer.from_file(str(sources.tokenizer))
    (weights, sizes), found = stage(number), []
    for part, (share, batch, exemplars) in enumerate(sizes):
        for which, (task, weight) in enumerate(weights.items()):
            count = int(TEXTS * share * weight / sum(weights.values()))
            texts = sources.texts(task, texts=count, max_batch=batch,
                                  seed=1000 * seed + 20 * part + which,
                                  max_exemplars=exemplars or 0,
                                  worked="mixed" if exemplars else "bare")
            found += encode(tokenizer, texts)
    return [pair for pair in found if len(pair[0]) <= LONGEST]


def batches(pairs, tokens, rng):
    """Texts of similar length together, as (ids, kinds) arrays of about `tokens` each, padded."""
    order = sorted(range(len(pairs)), key=lambda i: (len(pairs[i][0]), i))
    made, at = [], 0
    while at < len(order):
        count = 1
        while (at + count < len(order)
               and len(pairs[order[at + count]][0]) * (count + 1) <= tokens):
            count += 1
        chosen = [pairs[i] for i in order[at : at + count]]
        at += count
        width = max(len(ids) for ids, _ in chosen)
        ids = np.zeros((count, width), dtype=np.int64)
        kinds = np.zeros((count, width), dtype=np.uint8)
        for row, (text, kind) in enumerate(chosen):
            ids[row, : len(text)], kinds[row, : len(text)] = text, kind
        made.append((ids, kinds))
    rng.shuffle(made)
    return made


def pieces(sources, number, tokens, ahead, worker, workers):
    """The batches of a worker's piece of this number and of all that follow, made by so many
    processes ahead of time."""
    context = multiprocessing.get_context("spawn")
    with futures.ProcessPoolExecutor(ahead, context, ignore_interrupts) as pool:
        coming = deque()
        while True:
            while len(coming) <= ahead:
                later = number + len(coming)
                coming.append(pool.submit(made, sources, later, later * workers + worker, tokens))
            yield coming.popleft().result()
            number += 1


def ignore_interrupts():
    """Ctrl-C reaches every process; the trainer has its state to write first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def made(sources, number, seed, tokens):
    return batches(piece(sources, number, seed), tokens, random.Random(seed))
