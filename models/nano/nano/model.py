"""The model: llama's architecture, rotary positions in llama.cpp's layout (neighbouring pairs)."""
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F


@dataclass
class Shape:
    entries: int  # of the vocabulary
    width: int = 128
    layers: int = 6
    heads: int = 4
    inner: int = 384  # of the feed-forward part
    context: int = 4096
    theta: float = 10000.0
    epsilon: float = 1e-5


def rotation(shape, length):
    """Cosines and sines, (length, half of a head)."""
    half = shape.width // shape.heads // 2
    speed = shape.theta ** (-torch.arange(half, dtype=torch.float32) / half)
    angle = torch.outer(torch.arange(length, dtype=torch.float32), speed)
    return angle.cos(), angle.sin()


def rotate(x, cos, sin):
    """x: (..., length, head)."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


class Norm(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape.width))
        self.epsilon = shape.epsilon

    def forward(self, x):
        return F.rms_norm(x, x.shape[-1:], self.weight, self.epsilon)


class Block(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.heads = shape.heads
        self.attention_norm, self.inner_norm = Norm(shape), Norm(shape)
        width, inner = shape.width, shape.inner
        self.q, self.k, self.v, self.out = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(width, inner, bias=False) for _ in range(2))
        self.down = nn.Linear(inner, width, bias=False)

    def split(self, x):
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def forward(self, x, cos, sin, attend):
        h = self.attention_norm(x)
        q, k, v = self.split(self.q(h)), self.split(self.k(h)), self.split(self.v(h))
        mixed = attend(rotate(q, cos, sin), rotate(k, cos, sin), v)
        x = x + self.out(mixed.transpose(1, 2).reshape(x.shape))
        h = self.inner_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


def causal(q, k, v):
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


class Nano(nn.Module):
    """At the start every block adds nothing, and embeddings are as large as what they will add."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.entries, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape)
        self.head = nn.Linear(shape.width, shape.entries, bias=False)
        cos, sin = rotation(shape, shape.context)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.start()

    def start(self):
        nn.init.normal_(self.embedding.weight)
        nn.init.normal_(self.head.weight, std=0.02)
        for block in self.blocks:
            for part in (block.q, block.k, block.v, block.gate, block.up):
                nn.init.normal_(part.weight, std=self.shape.width**-0.5)
            for part in (block.out, block.down):
                nn.init.zeros_(part.weight)

    def hidden(self, tokens):
        """(rows, length) -> (rows, length, width)."""
        x = self.embedding(tokens)
        length = tokens.shape[1]
        cos, sin = self.cos[:length].to(x.dtype), self.sin[:length].to(x.dtype)
        for block in self.blocks:
            x = block(x, cos, sin, causal)
        return self.norm(x)

    def logits(self, hidden):
        return self.head(hidden)
