"""When two words are forms of one another."""

from __future__ import annotations

from functools import lru_cache

# Endings that make one word of another ("deport" - "deportation"), the longest first; the usual English ones.
ENDINGS = ("isations", "izations", "isation", "ization", "ations", "ation", "ments", "ings", "ment", "sion", "tion")
SHORT_ENDINGS = (
    "ising",
    "izing",
    "ise",
    "ize",
    "ing",
    "ers",
    "ies",
    "ion",
    "ity",
    "ure",
    "al",
    "er",
    "or",
    "ed",
    "es",
    "s",
    "e",
    "y",
)
SHORTEST = 3


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What forms of one word have in common, for comparison only."""
    lower = word.lower().replace("-", "")
    for ending in (*ENDINGS, *SHORT_ENDINGS):
        rest = lower.removesuffix(ending)
        if rest != lower and len(rest) >= SHORTEST:
            return rest[:-1] if len(rest) > SHORTEST and rest[-1] == rest[-2] else rest
    return lower
