"""Byte-level BPE, cut as llama.cpp cuts for `tokenizer.ggml.pre = smollm`: single digits, then
GPT-2's pattern. `python -m nano.tokenizer CORPUS... --out FILE` trains it."""
import argparse
import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

END = "<|endoftext|>"
PRE = "smollm"
ENTRIES = 2048


def texts(paths):
    for path in paths:
        with open(path) as file:
            for line in file:
                text = json.loads(line)
                yield text["prompt"] + text["reply"]


def train(paths):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True),
         pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts(paths), trainers.BpeTrainer(
        vocab_size=ENTRIES, special_tokens=[END], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    train(options.corpus).save(str(options.out), pretty=False)


if __name__ == "__main__":
    main()
