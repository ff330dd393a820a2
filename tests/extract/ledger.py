"""Timelines in shorthand: `F`, `A` and `M` are clear statements of a day each, in lower case they are weak ones."""

from datetime import UTC, datetime, timedelta

from services.extract.shifts import ShiftRules
from services.extract.timeline import DatedStatement, Weights
from services.extract.wording import words_of
from shared.vocabulary import Stance

FIRST_DAY = datetime(2024, 1, 1, 12, tzinfo=UTC)
STANCES = {"F": Stance.FAVOR, "A": Stance.AGAINST, "M": Stance.MIXED}
CLEAR, WEAK = 0.85, 0.5
# Of the tests' own, so that a better measured standard moves none of them.
RULES = ShiftRules(weights=Weights(ceiling=3.5, hearsay=0.5), least=1.0, growth=0.6, confirming=0.4)


def dated(letter: str, day: int, **changes: object) -> DatedStatement:
    """One statement; by default each day has its article, each article its story and its words."""
    values: dict[str, object] = {
        "statement_id": day,
        "article_url": f"https://outlet.example/{day:03}",
        "story_id": day,
        "published_at": FIRST_DAY + timedelta(days=day),
        "stance": STANCES[letter.upper()],
        "confidence": CLEAR if letter.isupper() else WEAK,
        "own_words": True,
        "start": 0,
    }
    words = words_of(str(changes.pop("evidence", f"The words of day {day} and nobody else's.")))
    values |= {"words": words.fingerprint, "is_quotation": words.is_quotation}
    return DatedStatement(**{**values, **changes})  # type: ignore[arg-type]


def ledger(letters: str) -> tuple[DatedStatement, ...]:
    """One statement a day, from day 0."""
    return tuple(dated(letter, day) for day, letter in enumerate(letters))
