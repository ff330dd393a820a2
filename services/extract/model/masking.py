"""Marks that stand for who is meant, so that a name cannot decide what a text says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

ACTOR = "[ACTOR]"
OTHER = "[OTHER]"
TARGET = "[TARGET]"
MARKS = (ACTOR, OTHER, TARGET)

SHORTEST_PART = 2
SENTENCE_WORDS = 8
MARK_IN_TEXT = re.compile(r"\[(ACTOR|OTHER|TARGET)\]")


def mask_actor(text: str, actor_names: Sequence[str], other_names: Sequence[str] = ()) -> str:
    """`text` with every name of the actor, long or short, replaced by a mark, and every other name by another."""
    return _replace(text, _marks(actor_names, other_names, ()))


def frame_pair(
    text: str, target: str, *, actor_names: Sequence[str], other_names: Sequence[str] = ()
) -> tuple[str, str]:
    """What the judge reads: the marked text, and the proposition or, where the text names the target itself, its mark.

    Without an actor the text is one voice: the actor's own, unless it speaks of the target by name.
    An actor whom the text never names is introduced to the reader in front of it.
    """
    targets = (target,) if _names(target, text) else ()
    marks = _marks([name for name in actor_names if name not in targets], other_names, targets)
    masked = _replace(text, marks)
    if not actor_names and not targets:
        masked = f"{ACTOR}: {masked}"
    elif actor_names and ACTOR not in masked and actor_names[0] not in targets:
        masked = f"{ACTOR} is {actor_names[0]}. {masked}"
    return masked, TARGET if targets else _replace(target, marks)


def short_names(name: str) -> tuple[str, ...]:
    """A name with the shorter form a text uses for it: "Ana de Souza" also "Souza", "rail board" also "the board"."""
    words = name.split()
    last = words[-1] if words else ""
    if len(words) < 2 or len(last) < SHORTEST_PART:
        return (name,)
    return (name, last) if last[0].isupper() else (name, f"the {last}")


def _names(target: str, text: str) -> bool:
    return bool(target) and len(target.split()) < SENTENCE_WORDS and bool(_pattern([target]).search(text))


def _marks(actor_names: Iterable[str], other_names: Iterable[str], targets: Iterable[str]) -> dict[str, str]:
    """Forms of names to marks; full names before short ones, so that a shared surname never renames its bearer."""
    bearers = ((TARGET, tuple(targets)), (ACTOR, tuple(actor_names)), (OTHER, tuple(other_names)))
    marks = {_form(name): mark for mark, names in reversed(bearers) for name in names}
    for mark, names in bearers:
        for name in names:
            for form in short_names(name):
                marks.setdefault(_form(form), mark)
    return {form: mark for form, mark in marks.items() if form}


def _form(name: str) -> str:
    """A name as the table holds it: a leading article in small letters, for a sentence may begin with it."""
    return name[:1].lower() + name[1:] if name.startswith("The ") else name


def _replace(text: str, marks: dict[str, str]) -> str:
    plain = MARK_IN_TEXT.sub(lambda found: f"({found[1].lower()})", text)
    return _pattern(marks).sub(lambda found: _mark(found[0], marks), plain) if marks else plain


def _mark(found: str, marks: dict[str, str]) -> str:
    return marks[found] if found in marks else marks[found[0].lower() + found[1:]]


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(_spelling(form) for form in longest_first) + r")(?!\w)")


def _spelling(form: str) -> str:
    """A small first letter may be a capital in the text; a capital one tells "May" from "may"."""
    return f"[{form[0]}{form[0].upper()}]{re.escape(form[1:])}" if form[0].islower() else re.escape(form)
