"""Whether a shift was old news when its feed was first read."""

import pytest

from services.extract.arrivals import arrival_of
from services.extract.shifts import detect_shifts
from services.extract.standing import Raised, compare, stored
from services.extract.timeline import build_timeline
from shared.vocabulary import Arrival
from tests.extract.ledger import RULES, ledger

H, L = Arrival.HISTORY, Arrival.LIVE


@pytest.mark.parametrize(
    ("letters", "arrived", "expected"),
    [
        pytest.param("FFAA", "LLLL", [L], id="all of it came while we watched"),
        pytest.param("FFAA", "HHHH", [H], id="the feed held all of it"),
        pytest.param("FFA", "HHL", [L], id="the turn is new"),
        pytest.param("FFAA", "HHHL", [H], id="old, and agreed with since"),
        pytest.param("FFAAF", "HHHHL", [H], id="a stray later changes nothing"),
        pytest.param("FFAAFF", "HHHHLL", [H, L], id="an old turn, and a new one back"),
        pytest.param("FFaA", "HHHL", [L], id="a hint in the old, borne out by the new"),
        pytest.param("FFAA", "LLHH", [H], id="a new feed tells of old a turn that we missed"),
    ],
)
def test_arrival_of(letters: str, arrived: str, expected: list[Arrival]) -> None:
    came = {"H": H, "L": L}
    statements = [one._replace(arrived=came[how]) for one, how in zip(ledger(letters), arrived, strict=True)]
    drafts = detect_shifts(build_timeline(statements, weights=RULES.weights), rules=RULES)
    verdicts = compare((), [stored(draft, pending_until=None) for draft in drafts])
    shifts = [verdict.shift for verdict in verdicts if isinstance(verdict, Raised)]
    assert [arrival_of(shift, statements, rules=RULES) for shift in shifts] == expected
