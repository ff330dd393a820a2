"""Telling whether two texts are one story."""

import re
from hashlib import sha256

WORD = re.compile(r"\w+")


def text_hash(text: str) -> str:
    """Return a fingerprint that ignores case, punctuation and spacing."""
    return sha256(" ".join(WORD.findall(text.casefold())).encode()).hexdigest()
