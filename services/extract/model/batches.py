"""Labelled pairs as padded tensors: pairs of like length together, no batch over a budget of tokens."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from services.extract.model.recipe import SIGNALS, STANCES, Example
from services.extract.model.vocabulary import Vocabulary, encode_pair

BATCH_TOKENS = 1920
BATCH_PAIRS = 32
# Shuffling first and sorting within stretches of this many pairs keeps the order random and the padding short.
STRETCH = 1024
UNKNOWN = -100


@dataclass(frozen=True, slots=True)
class Batch:
    """Token ids, kinds and presence [pairs, length]; stance and signal numbers [pairs], UNKNOWN where none is given."""

    ids: Tensor
    kinds: Tensor
    present: Tensor
    stances: Tensor
    signals: Tensor


def make_batches(examples: Sequence[Example], vocabulary: Vocabulary, *, rng: random.Random | None) -> Iterator[Batch]:
    """Every example once; in random order with `rng`, else in the given order."""
    encoded = [(encode_pair(vocabulary, example.text, example.proposition), example) for example in examples]
    if rng is None:
        yield from (_batch(chunk) for chunk in _chunks(encoded))
        return
    rng.shuffle(encoded)
    chunks: list[list[tuple[tuple[list[int], list[int]], Example]]] = []
    for start in range(0, len(encoded), STRETCH):
        stretch = sorted(encoded[start : start + STRETCH], key=lambda pair: len(pair[0][0]))
        chunks.extend(_chunks(stretch))
    rng.shuffle(chunks)
    yield from map(_batch, chunks)


def _chunks(
    encoded: Sequence[tuple[tuple[list[int], list[int]], Example]],
) -> Iterator[list[tuple[tuple[list[int], list[int]], Example]]]:
    chunk: list[tuple[tuple[list[int], list[int]], Example]] = []
    longest = 0
    for pair in encoded:
        longest = max(longest, len(pair[0][0]))
        if chunk and (longest * (len(chunk) + 1) > BATCH_TOKENS or len(chunk) == BATCH_PAIRS):
            yield chunk
            chunk, longest = [], len(pair[0][0])
        chunk.append(pair)
    if chunk:
        yield chunk


def _batch(chunk: Sequence[tuple[tuple[list[int], list[int]], Example]]) -> Batch:
    length = max(len(ids) for (ids, _), _ in chunk)
    return Batch(
        ids=torch.tensor([ids + [0] * (length - len(ids)) for (ids, _), _ in chunk]),
        kinds=torch.tensor([kinds + [0] * (length - len(kinds)) for (_, kinds), _ in chunk]),
        present=torch.tensor([[1] * len(ids) + [0] * (length - len(ids)) for (ids, _), _ in chunk]),
        stances=torch.tensor([STANCES.index(example.stance) for _, example in chunk]),
        signals=torch.tensor([SIGNALS.index(e.signal) if e.signal else UNKNOWN for _, e in chunk]),
    )
