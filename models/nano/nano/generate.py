"""Greedy replies of a model in PyTorch, many prompts at once."""
import torch
from torch.nn import functional as F


class Cache:
    """Keys and values of every block; rows may have prompts of different lengths."""

    def __init__(self, lengths, width):
        self.kept = {}
        self.lengths = lengths
        self.columns = torch.arange(width)

    def attend_first(self, block):
        def attend(q, k, v):
            self.kept[block] = k, v
            return F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return attend

    def attend_next(self, block):
        def attend(q, k, v):
            keys, values = self.kept[block]
            k, v = torch.cat((keys, k), dim=2), torch.cat((values, v), dim=2)
            self.kept[block] = k, v
            columns = torch.arange(k.shape[2])
            width = len(self.columns)
            seen = (columns < self.lengths[:, None]) | (columns >= width)
            return F.scaled_dot_product_attention(q, k, v, attn_mask=seen[:, None, None, :])
        return attend


def run_blocks(model, x, cos, sin, attend):
    for number, block in enumerate(model.blocks):
        x = block(x, cos, sin, attend(number))
    return model.norm(x)


@torch.no_grad()
def replies(model, prompts, most, ends):
    """Token ids for each prompt, up to `most` or the first of `ends` (lists of ids), which is left
    out; and whether there was such an end."""
    lengths = torch.tensor([len(prompt) for prompt in prompts])
    width = int(lengths.max())
    ids = torch.zeros(len(prompts), width, dtype=torch.long)
    for row, prompt in enumerate(prompts):
        ids[row, : len(prompt)] = torch.tensor(prompt)
    cache = Cache(lengths, width)
    x = run_blocks(model, model.embedding(ids), model.cos[:width], model.sin[:width],
                   cache.attend_first)
    last = x[torch.arange(len(prompts)), lengths - 1]
    said, over = [[] for _ in prompts], [False] * len(prompts)
    for step in range(most):
        chosen = model.logits(last).argmax(-1)
        for row, token in enumerate(chosen.tolist()):
            if over[row]:
                continue
            said[row].append(token)
            for end in ends:
                if said[row][-len(end) :] == end:
                    over[row] = True
                    del said[row][-len(end) :]
                    break
        if all(over):
            break
        at = lengths + step
        cos, sin = (table[at][:, None, None, :] for table in (model.cos, model.sin))
        x = model.embedding(chosen[:, None])
        last = run_blocks(model, x, cos, sin, cache.attend_next)[:, 0]
    return said, over
