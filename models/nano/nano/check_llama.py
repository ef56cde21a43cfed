"""Whether llama.cpp reads the GGUF file as it was meant: the same tokens for every text, and the
same greedy replies as PyTorch. Needs `llama-cpp-python`.
`python -m nano.check_llama FOLDER --gguf FILE --corpus PROGRAM`"""
import argparse
import sys
from pathlib import Path

from llama_cpp import Llama
from tokenizers import Tokenizer

from .evaluate import load
from .generate import replies
from .shards import SHARES, Sources
from .tokenizer import END

ODD = ["  two  spaces ", "a\n\nb\n", "Grüße, 12345.67 €!", "don't we'll I'M", "x" * 50,
       "\t\ttabs", "日本語 🙂", "1 22 333", "", " ", "\n", "Answer[12]:", "co-op's (etc.)..."]


def texts_of(sources, count):
    for task in SHARES:
        for text in sources.texts(task, side="held", texts=count // len(SHARES) + 1, seed=5):
            yield text


def differing(llama, tokenizer, texts):
    """Texts that the two cut otherwise."""
    encoded = tokenizer.encode_batch(texts)
    return [text for text, mine in zip(texts, encoded)
            if llama.tokenize(text.encode(), add_bos=False, special=False) != mine.ids]


def greedy(llama, prompt, most, ends):
    """Token ids up to `most` or the first end, which is left out."""
    llama.reset()
    said = []
    for token in llama.generate(prompt, temp=0.0, repeat_penalty=1.0):
        said.append(token)
        for end in ends:
            if said[-len(end) :] == end:
                return said[: -len(end)]
        if len(said) == most:
            return said
    return said


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True, help="the program nano_corpus")
    parser.add_argument("--model", default="model.pt")
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--replies", type=int, default=70)
    options = parser.parse_args()
    sources = Sources(options.corpus, options.folder / "rows", options.folder / "tokenizer.json")
    tokenizer = Tokenizer.from_file(str(sources.tokenizer))
    llama = Llama(str(options.gguf), n_ctx=4096, n_threads=2, verbose=False)
    texts = [text["prompt"] + text["reply"] for text in texts_of(sources, options.texts)] + ODD
    cut = differing(llama, tokenizer, texts)
    print(f"{len(texts)} texts, {len(cut)} of them cut otherwise by llama.cpp", *map(repr, cut[:5]))

    model, _ = load(options.folder / options.model)
    prompts = [tokenizer.encode(text["prompt"]).ids for text in texts_of(sources, options.replies)]
    ends = [[tokenizer.token_to_id("Ċ")] * 2, [tokenizer.token_to_id(END)]]
    same = 0
    for prompt in prompts:
        mine = replies(model, [prompt], 200, ends)[0][0]
        same += mine == greedy(llama, prompt, 200, ends)
    print(f"{len(prompts)} greedy replies, {same} the same")
    return 0 if not cut and same >= 0.97 * len(prompts) else 1


if __name__ == "__main__":
    sys.exit(main())
