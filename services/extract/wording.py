"""What makes two pieces of evidence the same words."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

# Five words or fewer ("She is against the plan.") are said again in earnest; more than that is a quotation.
SHORTEST_QUOTATION = 6


class Words(NamedTuple):
    """A name for the words of an evidence, whatever their case and spacing, and whether they make a quotation."""

    fingerprint: int
    is_quotation: bool


def words_of(evidence: str) -> Words:
    """Name the words of an evidence: 64 bits, so that two of a timeline's thousands hardly ever share one."""
    words = evidence.casefold().split()
    digest = blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return Words(int.from_bytes(digest, "big", signed=True), len(words) >= SHORTEST_QUOTATION)
