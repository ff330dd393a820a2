"""The quick reading of a timeline is the plain one, to the last bit."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.positions import read_periods
from services.extract.timeline import DatedStatement, Weights, build_timeline
from shared.vocabulary import Decision
from tests.extract.ledger import FIRST_DAY, dated
from tests.extract.plain_reading import STANCES, plain_periods, plain_timeline

WEIGHTS = Weights(ceiling=3.5, hearsay=0.5)


@st.composite
def statements(draw: st.DrawFn) -> list[DatedStatement]:
    """Few days, addresses, stories and words, so that everything collides."""
    count = draw(st.integers(0, 40))
    return [
        dated(
            draw(st.sampled_from("FAM")),
            number,
            published_at=FIRST_DAY + timedelta(days=draw(st.integers(0, 12))),
            article_url=f"https://outlet.example/{draw(st.integers(0, 20))}",
            story_id=draw(st.integers(0, 12)),
            confidence=draw(st.sampled_from((0.1, 1 / 3, 0.45, 0.5, 0.6180339887, 0.7, 0.85, 0.95, 1.0))),
            own_words=draw(st.booleans()),
            start=draw(st.integers(0, 3)),
            words=draw(st.integers(0, 25)),
            is_quotation=draw(st.booleans()),
            decided=draw(st.sampled_from((None, None, None, Decision.CONFIRM, Decision.REJECT))),
        )
        for number in range(count)
    ]


@settings(max_examples=200, deadline=None)
@given(found=statements(), burden=st.sampled_from((0.0, 0.5, 1.4, 2.0, 3.1, 5.0)))
def test_the_quick_reading_is_the_plain_one(found: list[DatedStatement], burden: float) -> None:
    timeline = build_timeline(found, weights=WEIGHTS)
    testimonies, omissions = plain_timeline(found, WEIGHTS)
    assert (timeline.testimonies, timeline.omissions) == (testimonies, omissions)
    periods = read_periods(timeline, burden=burden)
    runs = [(each.stance, testimonies[each.start : each.end]) for each in periods]
    assert runs == plain_periods(testimonies, burden)
    for period, (_, run) in zip(periods, runs, strict=True):
        agreeing = [each for each in run if each.stance is period.stance]
        assert [testimonies[place] for place in period.agreeing] == agreeing
        others = {stance: sum(each.weight for each in run if each.stance is stance) for stance in STANCES}
        assert (period.agreement, period.support) == (
            others[period.stance],
            others.pop(period.stance) - max(others.values()),
        )
