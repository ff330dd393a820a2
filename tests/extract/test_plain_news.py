"""Plain sentences of the news, each through the whole reading: who stands where."""

from datetime import UTC, datetime

import pytest

from services.extract.pipeline import load_reader
from services.extract.values import ArticleText, Issue, Watchlist
from shared.vocabulary import Stance
from tests.extract.reading import MODEL, figure

MARSH = figure("Edith Marsh", "Marsh", "Gov. Marsh")
HANGING = Issue("hanging", "Death penalty", "The state should abolish the death penalty.", ("death penalty",))
MERGER = Issue("merger", "Fire service merger", "The two fire services should be merged.", ("merger", "fire services"))
CANDY = Issue("candy", "Candy law", "Selling candy at school should no longer be a crime.", ("selling candy",))
DYING = Issue(
    "dying",
    "Assisted dying",
    "Assisted dying should be legal.",
    ("assisted dying", "assisted dying bill", "right to die"),
)


@pytest.mark.parametrize(
    ("issue", "text", "stance"),
    [
        pytest.param(
            HANGING,
            "Gov. Edith Marsh vetoed a bill on Thursday that would have repealed the death penalty, ending the most "
            "serious attempt to do so since 1987.",
            Stance.AGAINST,
            id="what a vetoed bill would do is not the governor's act",
        ),
        pytest.param(
            HANGING,
            "Gov. Edith Marsh signed a bill on Thursday that repeals the death penalty.",
            Stance.FAVOR,
            id="what a signed bill does is what was signed",
        ),
        pytest.param(
            MERGER,
            '"I would now advise ministers against merging the fire services," Edith Marsh said.',
            Stance.AGAINST,
            id="a verb that no list knows, with against",
        ),
        pytest.param(
            CANDY,
            '"Selling candy at school should not be a crime," Edith Marsh told the chamber.',
            Stance.FAVOR,
            id="a proposition that says no longer",
        ),
        pytest.param(
            DYING,
            "More than 200 people came to hear about assisted dying. Edith Marsh opposes assisted dying, she said.",
            Stance.AGAINST,
            id="a term whose words the tagger takes for others",
        ),
    ],
)
def test_who_stands_where(issue: Issue, text: str, stance: Stance) -> None:
    article = ArticleText("", text, datetime(2024, 1, 1, tzinfo=UTC))
    statements = load_reader(MODEL).read(article, Watchlist((MARSH,), (issue,))).statements
    assert {one.stance for one in statements if one.figure == MARSH.id} == {stance}
