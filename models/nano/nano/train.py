"""Trains the model, and goes on where it was: `python -m nano.train FOLDER --tokens N`.

FOLDER holds rows, tokenizer.json and checkpoints. The rate falls slowly and towards no end, so that
a run may end at any time and a later one go on: `steady.pt` is the state, `model.pt` what comes of
it by a last stretch in which the rate falls to nearly nothing. SIGTERM and SIGINT write the state
first; the exit status is then 1.
"""
import argparse
import json
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import distributed, multiprocessing
from torch.nn import functional as F

from .export import read_weights
from .model import Nano, Shape
from .optimizer import optimizers
from .shards import ANSWER, PROMPT, Sources, pieces

PROMPT_WEIGHT = 0.1  # of a token of the prompt in the loss; an answer's weighs 1
PROMPT_SHARE = 0.25  # of the prompt that is looked at
WARM = 30  # steps
FULL = 2e6  # tokens at the full rate; then it falls as their inverse root
KEEP_SECONDS, SAY_STEPS = 300, 100


class Run:
    def __init__(self, options, sources, worker):
        self.options, self.sources, self.worker = options, sources, worker
        entries = Tokenizer.from_file(str(sources.tokenizer)).get_vocab_size()
        shape = Shape(entries=entries, **json.loads(options.shape))
        self.model = Nano(shape).to(options.device)
        self.optimizers = optimizers(self.model)
        self.step = self.tokens = self.piece = self.batch = 0
        self.seconds = 0.0
        self.asked = self.stopping = False  # to stop: by a signal; by any worker's

    def state(self):
        return {"model": self.model.state_dict(), "shape": self.model.shape.__dict__,
                "optimizers": [o.state_dict() for o in self.optimizers], "step": self.step,
                "tokens": self.tokens, "piece": self.piece, "batch": self.batch,
                "seconds": self.seconds}

    def take_up(self, path):
        state = torch.load(path, weights_only=False, map_location=self.options.device)
        self.model.load_state_dict(state["model"])
        for optimizer, kept in zip(self.optimizers, state["optimizers"]):
            optimizer.load_state_dict(kept)
        for name in ("step", "tokens", "piece", "batch", "seconds"):
            setattr(self, name, state[name])

    def begin_with(self, path):
        """Goes on with the weights of a GGUF file; what the optimisers knew is not in it."""
        self.tokens = read_weights(path, self.model)
        self.step, self.piece = int(self.tokens / 4e3), int(self.tokens / 7e5)

    def save(self, path):
        torch.save(self.state(), path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def loss(self, ids, kinds):
        """Over answers, and lightly over some of the prompts."""
        device = self.options.device
        ids, kinds = torch.from_numpy(ids).to(device), torch.from_numpy(kinds)[:, 1:].reshape(-1)
        answer = kinds == ANSWER
        looked = answer | ((kinds == PROMPT) & (torch.rand(kinds.shape) < PROMPT_SHARE))
        answer, looked = answer.to(device), looked.to(device)
        with torch.autocast(device, torch.bfloat16, enabled=device != "cpu"):
            hidden = self.model.hidden(ids[:, :-1]).flatten(0, 1)
            logits = self.model.logits(hidden[looked])
        each = F.cross_entropy(logits.float(), ids[:, 1:].reshape(-1)[looked], reduction="none")
        is_answer = answer[looked]
        weight = torch.where(is_answer, 1.0, PROMPT_WEIGHT / PROMPT_SHARE)
        return (each * weight).sum() / weight.sum(), each.detach()[is_answer].mean().item()

    def share(self, tokens):
        """Gradients become the mean over workers; returns the sum of their tokens, and whether one
        of them is to stop."""
        if self.options.workers == 1:
            return tokens, self.asked
        gradients = [p.grad for p in self.model.parameters()]
        counts = torch.tensor([tokens, self.asked], dtype=torch.float)
        sent = torch.cat([g.flatten() for g in gradients] + [counts])
        distributed.all_reduce(sent)
        for gradient, mean in zip(gradients, sent[:-2].split([g.numel() for g in gradients])):
            gradient.copy_(mean.view_as(gradient)).div_(self.options.workers)
        return int(sent[-2]), bool(sent[-1])

    def learn(self, ids, kinds, factor):
        torch.manual_seed(self.step * self.options.workers + self.worker)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * factor * min(1.0, (self.step + 1) / WARM)
            optimizer.zero_grad(set_to_none=True)
        loss, answer = self.loss(ids, kinds)
        loss.backward()
        tokens, self.stopping = self.share(ids.size)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        self.step += 1
        self.tokens += tokens
        return answer

    def say(self, answers, seconds):
        if self.worker == 0:
            print(f"step {self.step} tokens {self.tokens / 1e6:.2f}M piece {self.piece} answers "
                  f"{answers:.4f} {seconds / SAY_STEPS:.2f} s a step", flush=True)

    def until(self, tokens, factor, keep):
        """Learns until so many tokens were seen or a signal came; `factor` of the tokens seen
        scales the rate; `keep` is called now and then."""
        kept, said, seen = time.time(), time.time(), []
        options = self.options
        if self.tokens >= tokens:
            return
        for made in pieces(self.sources, self.piece, options.batch_tokens, options.ahead,
                           self.worker, options.workers):
            for ids, kinds in made[self.batch :]:
                began = time.time()
                seen.append(self.learn(ids, kinds, factor(self.tokens)))
                self.batch += 1
                self.seconds += time.time() - began
                if len(seen) == SAY_STEPS:
                    self.say(np.mean(seen), time.time() - said)
                    seen, said = [], time.time()
                if time.time() - kept > KEEP_SECONDS:
                    keep()
                    kept = time.time()
                if self.tokens >= tokens or self.stopping:
                    return
            self.piece, self.batch = self.piece + 1, 0


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corpus", type=Path, required=True, help="the program nano_corpus")
    parser.add_argument("--weights", type=Path, help="a GGUF file to go on with, at the start")
    parser.add_argument("--tokens", type=float, default=60e6, help="before the last stretch")
    parser.add_argument("--decay-tokens", type=float, default=5e6, help="of the last stretch")
    parser.add_argument("--decay-only", action="store_true", help="end now with what there is")
    on_gpu = torch.cuda.is_available()
    parser.add_argument("--device", default="cuda" if on_gpu else "cpu")
    parser.add_argument("--batch-tokens", type=int, default=32768 if on_gpu else 1024,
                        help="of one worker")
    parser.add_argument("--workers", type=int, default=1 if on_gpu else 2,
                        help="processes of one thread each")
    parser.add_argument("--ahead", type=int, default=12 if on_gpu else 1,
                        help="processes of a worker that make texts")
    parser.add_argument("--shape", default="{}", help="JSON of what differs from it")
    return parser.parse_args()


def slow(tokens):
    """Of the full rate, at no end in particular."""
    return min(1.0, (FULL / max(tokens, 1)) ** 0.5)


def work(worker, options):
    """One of the workers, each a thread of its own with a share of every batch."""
    torch.set_num_threads(1)
    torch.set_float32_matmul_precision("high")
    torch.manual_seed(1)
    if options.workers > 1:
        distributed.init_process_group("gloo", init_method=f"file://{options.meeting}",
                                       rank=worker, world_size=options.workers)
    sources = Sources(options.corpus, options.folder / "rows", options.folder / "tokenizer.json")
    run, steady = Run(options, sources, worker), options.folder / "steady.pt"
    if steady.exists():
        run.take_up(steady)
    elif options.weights:
        run.begin_with(options.weights)

    def stop(*_):
        run.asked = True

    def save(path):
        if worker == 0:
            run.save(path)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if not options.decay_only:
        run.until(options.tokens, slow, lambda: save(steady))
        save(steady)
    if not run.stopping:
        began, length = run.tokens, options.decay_tokens
        run.until(began + length, lambda now: slow(now) * max(0.02, 1 - (now - began) / length),
                  lambda: save(options.folder / "unfinished.pt"))
        if not run.stopping:
            save(options.folder / "model.pt")
    if options.workers > 1:
        distributed.destroy_process_group()


def main():
    options = read_options()
    with tempfile.TemporaryDirectory() as folder:
        options.meeting = Path(folder) / "meeting"
        started = multiprocessing.start_processes(work, (options,), options.workers, join=False,
                                                  start_method="spawn")
        stopped = []

        def stop(*_):
            stopped.append(True)
            for process in started.processes:
                process.terminate()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        while not started.join():
            pass
    return 1 if stopped else 0


if __name__ == "__main__":
    sys.exit(main())
