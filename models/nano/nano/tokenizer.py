"""Byte-level BPE, cut as llama.cpp cuts for `tokenizer.ggml.pre = smollm`: single digits, then
GPT-2's pattern; every word that is copied or compared is one token.
`python -m nano.tokenizer CORPUS... --out FILE` trains it."""
import argparse
import json
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from .echo import KNOWN

END = "<|endoftext|>"
PRE = "smollm"
ENTRIES = 2048  # found in texts; more stand for words


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


def whole(tokenizer, words):
    """`tokenizer`, in which each of the words behind a space is one token: merges are added behind
    those it has, so that other text is cut as before but where it has such a word's beginning."""
    entries = json.loads(tokenizer.to_str())
    vocabulary, merges = entries["model"]["vocab"], entries["model"]["merges"]
    for word in words:
        pieces = tokenizer.encode(f" {word}").tokens
        for piece in pieces[1:]:
            merges.append([pieces[0], piece])
            pieces[0] += piece
            vocabulary.setdefault(pieces[0], len(vocabulary))
        if len(pieces) > 1:
            tokenizer = Tokenizer.from_str(json.dumps(entries))
    return tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    each = sorted({word for words in KNOWN for word in words.split()
                   if word.isalpha()})
    whole(train(options.corpus), each).save(str(options.out), pretty=False)


if __name__ == "__main__":
    main()
