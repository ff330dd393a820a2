"""The judge: its odds are odds, the same every time, and hang on no name."""

from __future__ import annotations

import pytest

from services.extract.judge import Judge, StanceOdds, load_judge
from services.extract.model.masking import frame_pair, mask_actor

PROPOSITION = "The city should close the market."


@pytest.fixture(scope="module")
def judge() -> Judge:
    return load_judge()


def likeliest(odds: StanceOdds) -> str:
    return max(("favor", "against", "mixed", "none"), key=lambda stance: getattr(odds, stance))


@pytest.mark.parametrize(
    ("text", "actors", "others", "masked"),
    [
        pytest.param("Ana Ruiz said no.", ["Ana Ruiz"], [], "[ACTOR] said no.", id="the full name"),
        pytest.param(
            "Ms. Ruiz's no.", ["Ana Ruiz"], [], "Ms. [ACTOR]'s no.", id="the surname, keeping title and genitive"
        ),
        pytest.param("Ruizel said no.", ["Ana Ruiz"], [], "Ruizel said no.", id="no part of a longer word"),
        pytest.param("May may go.", ["Theresa May"], [], "[ACTOR] may go.", id="a capital tells a name from a verb"),
        pytest.param("The board met.", ["coal board"], [], "[ACTOR] met.", id="a body by its kind"),
        pytest.param(
            "Ana Ruiz met Luis Ruiz.",
            ["Ana Ruiz"],
            ["Luis Ruiz"],
            "[ACTOR] met [OTHER].",
            id="one surname, two bearers",
        ),
        pytest.param("Ruiz met Bell.", ["Ruiz"], ["Jo Bell"], "[ACTOR] met [OTHER].", id="an other by surname"),
        pytest.param(
            "A [TARGET] and [ACTOR].", ["Bo"], [], "A (target) and (actor).", id="marks in the text are no marks"
        ),
        pytest.param("No one is named.", [], [], "No one is named.", id="nobody to mask"),
    ],
)
def test_mask_actor_replaces_names_only(text: str, actors: list[str], others: list[str], masked: str) -> None:
    assert mask_actor(text, actors, others) == masked


@pytest.mark.parametrize(
    ("text", "target", "actors", "framed"),
    [
        pytest.param("Ruiz agreed.", PROPOSITION, ["Ana Ruiz"], ("[ACTOR] agreed.", PROPOSITION), id="a named actor"),
        pytest.param(
            "She agreed.", PROPOSITION, ["Ana Ruiz"], ("[ACTOR] is Ana Ruiz. She agreed.", PROPOSITION), id="unnamed"
        ),
        pytest.param("Close it.", PROPOSITION, [], ("[ACTOR]: Close it.", PROPOSITION), id="whoever speaks"),
        pytest.param(
            "Bell was cheered.", "Bell", [], ("[TARGET] was cheered.", "[TARGET]"), id="a target the text names"
        ),
        pytest.param("Ruiz hit Bell.", "Bell", ["Ruiz"], ("[ACTOR] hit [TARGET].", "[TARGET]"), id="actor and target"),
        pytest.param("Ruiz sat.", "Ruiz should sit.", ["Ruiz"], ("[ACTOR] sat.", "[ACTOR] should sit."), id="in both"),
    ],
)
def test_frame_pair_introduces_who_speaks_of_what(
    text: str, target: str, actors: list[str], framed: tuple[str, str]
) -> None:
    assert frame_pair(text, target, actor_names=actors) == framed


def test_odds_sum_to_one(judge: Judge) -> None:
    (odds,) = judge.probabilities([("[ACTOR] spoke.", PROPOSITION)])
    assert odds.favor + odds.against + odds.mixed + odds.none == pytest.approx(1.0)
    assert min(odds.favor, odds.against, odds.mixed, odds.none) > 0


def test_no_pairs_no_odds(judge: Judge) -> None:
    assert judge.probabilities([]) == ()


def test_odds_do_not_hang_on_order_or_company(judge: Judge) -> None:
    pairs = [("[ACTOR] said yes.", PROPOSITION), ("[ACTOR] " + "waited and " * 60 + "left.", PROPOSITION)]
    alone = tuple(judge.probabilities([pair])[0] for pair in pairs)
    assert judge.probabilities(pairs) == alone
    assert judge.probabilities(pairs[::-1]) == alone[::-1]


def test_another_name_changes_nothing(judge: Judge) -> None:
    told = "{0} said on Monday that she opposed closing the market. {1} disagreed with {0}."
    pairs = [
        frame_pair(told.format(actor.split()[-1], other), PROPOSITION, actor_names=(actor,), other_names=(other,))
        for actor, other in (("Ana Ruiz", "Jo Bell"), ("Ngozi Adeyemi-Clark", "Bo Li"), ("Bo Li", "Ana Ruiz"))
    ]
    assert len(set(judge.probabilities(pairs))) == 1


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        pytest.param(
            "[ACTOR] said it was time to close the market.",
            "favor",
            id="for",
        ),
        pytest.param("[ACTOR] voted against closing the market.", "against", id="against"),
        pytest.param("[ACTOR] said she was undecided about closing the market.", "mixed", id="on the fence"),
        pytest.param("Campaigners urged [ACTOR] to close the market.", "none", id="pressure"),
        pytest.param("[ACTOR] is expected to close the market.", "none", id="speculation"),
    ],
)
def test_plain_cases_come_out_right(judge: Judge, text: str, stance: str) -> None:
    (odds,) = judge.probabilities([(text, PROPOSITION)])
    assert likeliest(odds) == stance


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("x" * 100_000, id="one endless word"),
        pytest.param("“" * 5_000, id="quotes"),
    ],
)
def test_any_text_is_read(judge: Judge, text: str) -> None:
    (odds,) = judge.probabilities([frame_pair(text, PROPOSITION, actor_names=("Ana Ruiz",))])
    assert 0 < odds.none < 1
