"""The network: a six-layer BERT encoder with one head for the stance and one for the signal that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

from services.extract.model.masking import ACTOR, MARKS

EPSILON = 1e-12
# About that of the base's word vectors.
ROLE_SPREAD = 0.03
ACTOR_ROLE = 1 + MARKS.index(ACTOR)


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the encoder; the defaults are those of all-MiniLM-L6-v2."""

    vocabulary: int
    signals: int
    stances: int = 4
    hidden: int = 384
    inner: int = 1536
    heads: int = 12
    layers: int = 6
    positions: int = 512


class Layer(nn.Module):
    """Self-attention, then a feed-forward step, each with its residual."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.attended = nn.Linear(shape.hidden, shape.hidden)
        self.attended_norm = nn.LayerNorm(shape.hidden, eps=EPSILON)
        self.inner = nn.Linear(shape.hidden, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.hidden)
        self.outer_norm = nn.LayerNorm(shape.hidden, eps=EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        batch, length, hidden = states.shape
        qkv = self.qkv(states).view(batch, length, 3, self.heads, hidden // self.heads).permute(2, 0, 3, 1, 4)
        scores = qkv[0] @ qkv[1].transpose(-1, -2) / (hidden // self.heads) ** 0.5
        mixed = torch.softmax(scores + bias.to(scores.dtype), dim=-1) @ qkv[2]
        mixed = mixed.transpose(1, 2).reshape(batch, length, hidden)
        states = self.attended_norm(states + self.dropout(self.attended(mixed)))
        return self.outer_norm(states + self.dropout(self.outer(gelu(self.inner(states)))))


class Judge(nn.Module):
    """Token ids, kinds (0 proposition, 1 text) and presence, each [batch, length], to stance and signal logits."""

    def __init__(self, shape: Shape, *, first_mark: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.first_mark = first_mark
        self.words = nn.Embedding(shape.vocabulary, shape.hidden)
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.kinds = nn.Embedding(2, shape.hidden)
        self.roles = nn.Embedding(1 + len(MARKS), shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=EPSILON)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.pooled = nn.Linear(3 * shape.hidden, shape.hidden)
        self.stance = nn.Linear(shape.hidden, shape.stances)
        self.signal = nn.Linear(shape.hidden, shape.signals)

    def forward(self, ids: Tensor, kinds: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
        places = torch.arange(ids.shape[1], device=ids.device).unsqueeze(0)
        roles = torch.clamp(ids - self.first_mark + 1, min=0)
        states = self.words(ids) + self.positions(places) + self.kinds(kinds) + self.roles(roles)
        states = self.dropout(self.norm(states))
        bias = (1.0 - present.unsqueeze(1).unsqueeze(1).to(states.dtype)) * -10000.0
        for layer in self.layers:
            states = layer(states, bias)
        first = states[:, 0]
        whole = _mean(states, present)
        actor = _mean(states, (roles == ACTOR_ROLE).to(present.dtype))
        pooled = self.dropout(torch.tanh(self.pooled(torch.cat([first, whole, actor], dim=-1))))
        return self.stance(pooled), self.signal(pooled)


def _mean(states: Tensor, chosen: Tensor) -> Tensor:
    weights = chosen.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(dim=1) / (weights.sum(dim=1) + 1e-6)


def load_base(judge: Judge, base: Mapping[str, Tensor], rows: list[int]) -> None:
    """Start from the published weights; `rows` are the base's token ids, in the order of our vocabulary."""
    words = base["embeddings.word_embeddings.weight"]
    judge.words.weight.data[: len(rows)] = words[rows]
    judge.words.weight.data[len(rows) :] = words[rows].mean(dim=0)
    judge.words.weight.requires_grad_(False)
    judge.roles.weight.data.normal_(0.0, ROLE_SPREAD)
    judge.roles.weight.data[0] = 0.0
    judge.positions.weight.data.copy_(base["embeddings.position_embeddings.weight"])
    judge.kinds.weight.data.copy_(base["embeddings.token_type_embeddings.weight"])
    _copy(judge.norm, base, "embeddings.LayerNorm")
    for number, layer in enumerate(judge.layers):
        assert isinstance(layer, Layer)
        _load_layer(layer, base, f"encoder.layer.{number}")


def _load_layer(layer: Layer, base: Mapping[str, Tensor], at: str) -> None:
    parts = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
    layer.qkv.weight.data.copy_(torch.cat([base[f"{part}.weight"] for part in parts]))
    layer.qkv.bias.data.copy_(torch.cat([base[f"{part}.bias"] for part in parts]))
    _copy(layer.attended, base, f"{at}.attention.output.dense")
    _copy(layer.attended_norm, base, f"{at}.attention.output.LayerNorm")
    _copy(layer.inner, base, f"{at}.intermediate.dense")
    _copy(layer.outer, base, f"{at}.output.dense")
    _copy(layer.outer_norm, base, f"{at}.output.LayerNorm")


def _copy(module: nn.Linear | nn.LayerNorm, base: Mapping[str, Tensor], at: str) -> None:
    assert module.bias is not None
    module.weight.data.copy_(base[f"{at}.weight"])
    module.bias.data.copy_(base[f"{at}.bias"])
