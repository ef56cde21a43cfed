"""tiktoken's encodings without a download: its own patterns, the rank tables of this build."""
import base64
import json

import tiktoken
from tiktoken_ext import openai_public


def ranks_of(path):
    """Bytes -> rank, from an encoder of npm's package `tiktoken`."""
    ranks = {}
    for line in json.loads(path.read_text(encoding="utf-8"))["bpe_ranks"].splitlines():
        _, first, *tokens = line.split(" ")
        ranks.update((base64.b64decode(token), int(first) + i) for i, token in enumerate(tokens))
    return ranks


def encoding(name, tables):
    """The encoding of that name; `tables` is the folder that tools/fetch-encodings fills."""
    ranks = ranks_of(tables / f"{name}.json")
    openai_public.load_tiktoken_bpe = lambda *_, **__: ranks
    return tiktoken.Encoding(**getattr(openai_public, name)())
