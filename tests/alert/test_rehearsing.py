"""A test that somebody asked for is sent once by its way, and what came of it is a row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from services.alert.channels.base import Accepted, Outcome, Parcel, Unreachable
from services.alert.handlers import find_work
from services.alert.rehearsing import Stage, rehearse
from shared.events import Event, RehearsalAsked
from shared.tables import Handoff, Rehearsal, Subscription
from shared.vocabulary import ChannelKind, News
from tests.alert.builders import LEASE
from tests.alert.world import HOOK, World


def ask(world: World) -> int:
    with world.begin() as tx:
        desk = tx.session.exec(select(Subscription)).one()
        assert desk.id is not None
        row = Rehearsal(subscription_id=desk.id, channel=ChannelKind.WEBHOOK, asked_at=world.now)
        tx.session.add(row)
        tx.session.flush()
        assert row.id is not None
        tx.emit(RehearsalAsked(rehearsal_id=row.id))
        return row.id


def run(world: World, rehearsal_id: int, outcome: Outcome) -> list[Parcel]:
    sent: list[Parcel] = []

    def channel(parcel: Parcel) -> Outcome:
        sent.append(parcel)
        return outcome

    stage = Stage(world.begin, world.read, dict.fromkeys(ChannelKind, channel), LEASE)
    rehearse(rehearsal_id, stage, public_url="https://watch.example", now=world.now)
    return sent


@pytest.mark.parametrize(
    ("outcome", "word"),
    [pytest.param(Accepted("OK"), "accepted", id="taken"), pytest.param(Unreachable("no"), "unreachable", id="not")],
)
def test_one_message_of_nobody_and_a_row(world: World, outcome: Outcome, word: str) -> None:
    world.subscribe(**HOOK)
    rehearsal_id = ask(world)
    (parcel,) = run(world, rehearsal_id, outcome)
    assert (parcel.message.news, parcel.address) == (News.PING, HOOK["webhook"])
    assert run(world, rehearsal_id, outcome) == []
    with world.read() as session:
        row = session.get_one(Rehearsal, rehearsal_id)
        assert (row.outcome, row.detail, row.finished_at is not None) == (word, outcome.detail, True)
        assert session.exec(select(Handoff)).all() == []


def test_a_lost_nudge_is_rung_again(world: World) -> None:
    world.subscribe(**HOOK)
    rehearsal_id = ask(world)
    rung: list[Event] = []
    find_work(begin=world.begin, publish=rung.append, renudge=timedelta(0), most=10, now=world.now)
    assert rung == [RehearsalAsked(rehearsal_id=rehearsal_id)]


def test_a_subscription_that_ended_meanwhile_is_left_alone(world: World) -> None:
    world.subscribe(**HOOK)
    rehearsal_id = ask(world)
    with world.begin() as tx:
        tx.session.exec(select(Subscription)).one().retired_at = world.now
    assert run(world, rehearsal_id, Accepted("OK")) == []
    with world.read() as session:
        assert session.get_one(Rehearsal, rehearsal_id).outcome == "not sent"
