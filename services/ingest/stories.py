"""Telling whether two texts are one story: the same words, or nearly, as in wire copies and updates."""

import re
from dataclasses import dataclass
from hashlib import sha256

from rensa import RMinHash

WORD = re.compile(r"\w+")
SHINGLE = 5  # words; runs of five are rarely shared by texts that were written apart
FEWEST_WORDS = 48  # below it chance resemblance is too likely; such texts are one story only when equal
BANDS, ROWS = 16, 8  # finds nearly all pairs that share 0.7 of their shingles, and few that share less than half
LEAST_SHARED = 0.7
SEED = 1


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a story is found by: a hash of all its words, and bands of a MinHash, one of which a near copy shares."""

    text_hash: str
    bands: tuple[str, ...] = ()


def fingerprint(text: str) -> Fingerprint:
    """Return the fingerprint of a text; case, punctuation and spacing do not count."""
    shingles = _shingles(text)
    if not shingles:
        return Fingerprint(text_hash(text))
    sketch = RMinHash(num_perm=BANDS * ROWS, seed=SEED)
    sketch.update(sorted(shingles))
    digest = sketch.digest()
    bands = (digest[start : start + ROWS] for start in range(0, BANDS * ROWS, ROWS))
    return Fingerprint(text_hash(text), tuple(f"{number}:{_short(band)}" for number, band in enumerate(bands)))


def is_same_story(one: str, other: str) -> bool:
    """Tell whether two texts share so much that one was made from the other."""
    ours, theirs = _shingles(one), _shingles(other)
    return bool(ours and theirs) and len(ours & theirs) >= LEAST_SHARED * len(ours | theirs)


def text_hash(text: str) -> str:
    """Return a hash of a text's words."""
    return sha256(" ".join(_words(text)).encode("utf-8", "replace")).hexdigest()


def _shingles(text: str) -> frozenset[str]:
    words = _words(text)
    if len(words) < FEWEST_WORDS:
        return frozenset()
    return frozenset(" ".join(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1))


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _short(band: list[int]) -> str:
    return sha256(repr(band).encode()).hexdigest()[:16]
