"""Which revision of an article dates a statement."""

from datetime import UTC, datetime, timedelta

import pytest

from services.extract.editions import Edition, first_edition
from shared.vocabulary import Arrival

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
FIRST = "She will vote for the tram. He is silent."
SECOND = "She will vote against the tram. He is silent. They wait."


def edition(text: str, days: int) -> Edition:
    return Edition(text, MONDAY + timedelta(days=days), Arrival.LIVE)


@pytest.mark.parametrize(
    ("evidence", "texts", "day"),
    [
        pytest.param("He is silent.", (FIRST,), 0, id="one text"),
        pytest.param("He is silent.", (FIRST, SECOND), 0, id="words that stayed"),
        pytest.param("he is  silent", (FIRST, SECOND), 0, id="case, spacing and punctuation do not count"),
        pytest.param("She will vote against the tram.", (FIRST, SECOND), 1, id="words that are new"),
        pytest.param("She will vote for the tram.", (FIRST, SECOND, FIRST), 0, id="words that came back"),
        pytest.param("They wait.", (FIRST, SECOND, SECOND + " More."), 1, id="new in the one between"),
        pytest.param("hey wait", (FIRST, "They wait.", "hey wait"), 2, id="a part of a word is not the word"),
    ],
)
def test_words_count_from_the_first_text_that_holds_them(evidence: str, texts: tuple[str, ...], day: int) -> None:
    editions = [edition(text, days) for days, text in enumerate(texts)]
    assert first_edition(evidence, editions) == editions[day]
