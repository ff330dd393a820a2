"""Double opt-in: an address gets one question and nothing else until its holder says yes."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlmodel import Session, select

from services.alert.asking import Question
from services.alert.channels.base import Accepted, Parcel, Postponed
from services.alert.mail import Sender, compose
from services.alert.questions import MOST_A_DAY
from services.api import consents, subscribers
from services.api.watchlist import parse_watchlist
from services.api.wishes import apply_watchlist
from shared.failures import UserMistake
from shared.tables import Consent, Delivery, Subscription
from shared.vocabulary import DeliveryState, News
from tests.alert.world import DAY, World

WATCHLIST = """
figures: [{id: ada-quill, name: Ada Quill}]
issues: [{id: harbour-toll, name: Harbour toll, proposition: The city should charge a toll., terms: [toll]}]
subscriptions: [{name: desk, figures: [ada-quill], email: desk@paper.example}]
"""


def apply(world: World, text: str = WATCHLIST, vouched: tuple[str, ...] = ()) -> None:
    with world.begin() as tx:
        apply_watchlist(tx, parse_watchlist(text, source="w.yaml"), vouched=vouched, now=world.now)
    world.run()


def token_in(parcel: Parcel) -> str:
    assert isinstance(parcel.message, Question)
    return urlsplit(parcel.message.confirm).path.rpartition("/")[2]


def question(session: Session, token: str, world: World) -> consents.Asked | None:
    return consents.question_of(session, token, now=world.now)


def say_yes(world: World, token: str) -> None:
    with world.begin() as tx:
        asked = question(tx.session, token, world)
        assert asked is not None
        consents.confirm(tx.session, asked, now=world.now)


def test_before_a_yes_comes_one_question_and_nothing_else(world: World) -> None:
    apply(world)
    world.detect(1)
    world.run(later=DAY)
    assert [parcel.message.news for parcel in world.parcels] == [News.QUESTION]
    mail = compose(world.parcels[0], sender=Sender("stancewatch", "alerts@watch.example"))
    text = mail.get_body(("plain",)).get_content()
    assert mail["To"] == "desk@paper.example"
    for said in ("Ada Quill", "watchlist", "127.0.0.1:8000", world.parcels[0].message.confirm, "two days"):
        assert said in text
    assert mail["In-Reply-To"] is None


def test_after_a_yes_alerts_come(world: World) -> None:
    apply(world)
    say_yes(world, token_in(world.parcels[0]))
    world.detect(1)
    assert world.told[1:] == [("desk", News.DETECTED, 1)]


def test_the_question_is_tried_again_like_any_mail_and_its_link_stays(world: World) -> None:
    world.answer = lambda _: Postponed("SMTP 451")
    apply(world)
    world.answer = lambda _: Accepted("OK")
    world.run(later=timedelta(minutes=10))
    assert world.states == [DeliveryState.DELIVERED]
    assert len({token_in(parcel) for parcel in world.parcels}) == len({parcel.key for parcel in world.parcels}) == 1


def test_an_answer_ends_the_tries_of_the_question(world: World) -> None:
    world.answer = lambda _: Postponed("SMTP 451")
    apply(world)
    say_yes(world, token_in(world.parcels[0]))
    world.run(later=DAY)
    assert world.states == [DeliveryState.DEAD]


def test_applying_the_file_again_asks_nobody_again(world: World) -> None:
    for _ in range(3):
        apply(world)
    assert len(world.parcels) == 1


def test_another_address_is_asked_anew_and_the_old_links_are_worth_nothing(world: World) -> None:
    apply(world)
    old = token_in(world.parcels[0])
    with world.read() as session:
        old_link = session.exec(select(Subscription.token)).one()
    say_yes(world, old)
    apply(world, WATCHLIST.replace("desk@", "other@"))
    assert [parcel.address for parcel in world.parcels] == ["desk@paper.example", "other@paper.example"]
    with world.read() as session:
        assert question(session, old, world) is None
        assert subscribers.subscription_of(session, old_link) is None


def test_a_no_stays_a_no_even_for_a_vouched_address(world: World) -> None:
    apply(world)
    with world.begin() as tx:
        asked = question(tx.session, token_in(world.parcels[0]), world)
        assert asked is not None
        consents.decline(tx.session, asked, now=world.now)
    apply(world, vouched=("*",))
    world.detect(1)
    assert len(world.parcels) == 1
    with world.begin() as tx, pytest.raises(UserMistake, match="only they can change that"):
        consents.ask_again(tx.session, "desk", now=world.now)


def test_asked_again_only_so_often(world: World) -> None:
    apply(world)
    for _ in range(consents.MOST_QUESTIONS - 1):
        world.run(later=DAY)
        with world.begin() as tx:
            consents.ask_again(tx.session, "desk", now=world.now)
        world.run()
    assert len(world.parcels) == consents.MOST_QUESTIONS
    with world.begin() as tx, pytest.raises(UserMistake, match="leave it alone"):
        consents.ask_again(tx.session, "desk", now=world.now)


def test_one_address_is_asked_three_times_a_day_whoever_names_it(world: World) -> None:
    many = "".join(f", {{name: desk-{number}, email: Desk@paper.example}}" for number in range(4))
    apply(
        world,
        WATCHLIST.replace("}]\n", f"}}{many}]\n").replace("toll]}" + many, "toll]}").replace("Quill}" + many, "Quill}"),
    )
    assert len(world.parcels) == MOST_A_DAY
    world.run(later=DAY + timedelta(minutes=1))
    assert len(world.parcels) == 5


@pytest.mark.parametrize(
    ("vouched", "asked"),
    [
        pytest.param(("desk@paper.example",), 0, id="the address"),
        pytest.param(("@Paper.Example",), 0, id="its domain, in any letters"),
        pytest.param(("*",), 0, id="everybody"),
        pytest.param(("@aper.example", "esk@paper.example", "paper.example"), 1, id="none that only ends alike"),
    ],
)
def test_whom_the_operator_vouches_for_is_not_asked(world: World, vouched: tuple[str, ...], asked: int) -> None:
    apply(world, vouched=vouched)
    assert len(world.parcels) == asked
    world.detect(1)
    assert len(world.parcels) == 1


def test_neither_token_nor_secret_stands_open_in_the_question_s_row(world: World) -> None:
    apply(world)
    token = token_in(world.parcels[0])
    with world.read() as session:
        raw = session.connection().exec_driver_sql("SELECT token, token_hash FROM consent").one()
        assert token not in str(raw)
        assert session.exec(select(Consent)).one().token == token
        assert session.exec(select(Delivery)).one().lane == "@paper.example"
