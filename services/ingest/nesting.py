"""Whether markup is nested so deeply that reading it would take time that grows with the square of the depth."""

import re

from services.ingest.word_lists import words

DEEPEST = 2_000  # a page of the deepest kind seen in the wild has some hundred levels
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def is_too_deep(markup: str) -> bool:
    """Tell whether `markup` opens far more elements than it ends; only what has very many tags is looked at."""
    if markup.count("<") <= DEEPEST:
        return False
    depth, endless = 0, words("html_endless")
    for tag in TAG.finditer(markup):
        if tag.group(2).lower() not in endless:
            depth = max(0, depth - 1) if tag.group(1) else depth + 1
            if depth > DEEPEST:
                return True
    return False
