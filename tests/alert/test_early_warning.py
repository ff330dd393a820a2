"""Early warnings: who hears of pressure, in which words, and that nobody hears twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from services.alert.channels.base import Gone, Parcel
from services.alert.channels.chat import in_chat
from services.alert.early_warning import write_warning
from services.alert.mail import compose, sender_of
from services.alert.matching import Matched, Missed, WhyNot, match_pressure
from services.alert.payload import LARGEST_BODY, webhook_body
from services.alert.preview import explain_warning
from services.alert.values import PressureReport, Wishes
from services.alert.warning import warn_of_pressure
from shared.events import PressureNoticed
from shared.failures import UserMistake
from shared.tables import Pressure
from shared.vocabulary import Arrival, DeliveryState, Frequency, News, ShiftKind, SignalKind, Stance
from tests.alert.builders import AFTER, LEASE, NOW, OCCASION, REPORT, a_message, store_pressure
from tests.alert.world import DAY, HOOK, HOUR, World

ASKED = {"signals": ["pressure"]}
CALLS = tuple(
    replace(
        AFTER,
        evidence=f"Dockers of the {pier} pier urged her to oppose the toll.",
        own_words=False,
        published_at=NOW - timedelta(days=place),
        outlet=f"Paper {place}",
        url=f"https://paper.example/{place}",
    )
    for place, pier in ((3, "north"), (2, "inner west"), (1, "long"))
)
PRESSED = PressureReport(
    pressure_id=1,
    figure_id=REPORT.figure_id,
    figure_name=REPORT.figure_name,
    issue_id=REPORT.issue_id,
    issue_name=REPORT.issue_name,
    proposition=REPORT.proposition,
    toward=Stance.AGAINST,
    sources=3,
    since=CALLS[0].published_at,
    until=CALLS[-1].published_at,
    over=False,
    arrived=Arrival.LIVE,
    outlets=("Paper 1", "Paper 2", "Paper 3"),
    calls=CALLS,
)
EARLY = write_warning(PRESSED, replace(OCCASION, news=News.PRESSURE), public_url="https://watch.example")


def notice(world: World, **changes: object) -> int:
    """Begin a pressure, and let the service work."""
    with world.begin() as tx:
        pressure_id = store_pressure(tx.session, replace(PRESSED, **changes))  # type: ignore[arg-type]
        tx.emit(PressureNoticed(pressure_id=pressure_id))
    world.run()
    return pressure_id


@pytest.mark.parametrize(
    ("wishes", "missed"),
    [
        pytest.param(Wishes(), WhyNot.NO_EARLY_WARNINGS, id="off by default"),
        pytest.param(Wishes(figures=("bo-reed",)), WhyNot.OTHER_FIGURE, id="another figure"),
        pytest.param(Wishes(issues=("bridge",)), WhyNot.OTHER_ISSUE, id="another issue"),
        pytest.param(Wishes(outlets=("Elsewhere",)), WhyNot.OTHER_OUTLET, id="none of its outlets"),
        pytest.param(Wishes(outlets=("Elsewhere", "Paper 2")), None, id="one of its outlets"),
        pytest.param(
            Wishes(kinds=(ShiftKind.RETREAT,), minimum_confidence=1), None, id="what is said of shifts is none"
        ),
        pytest.param(Wishes(own_words_only=True), None, id="pressure never is the figure's words"),
        pytest.param(Wishes(paused_until=NOW + DAY), WhyNot.PAUSED, id="paused"),
    ],
)
def test_early_warnings_go_to_whom_they_are_for(wishes: Wishes, missed: WhyNot | None) -> None:
    asked = wishes if missed is WhyNot.NO_EARLY_WARNINGS else replace(wishes, signals=(SignalKind.PRESSURE,))
    verdict = match_pressure(PRESSED, asked, now=NOW)
    assert verdict == Missed(missed) if missed else isinstance(verdict, Matched)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({}, "3 outlets in 3 days", id="each from another outlet"),
        pytest.param({"outlets": ("Paper 1",)}, "3 independent stories in 3 days", id="one outlet, several stories"),
        pytest.param({"until": CALLS[0].published_at}, "3 outlets in 1 day", id="within a day"),
    ],
)
def test_the_subject_counts_what_there_is(changes: dict[str, object], words: str) -> None:
    told = write_warning(replace(PRESSED, **changes), OCCASION, public_url="")  # type: ignore[arg-type]
    assert told.subject == f"Pressure on Ada Quill over Harbour toll: {words}"


def test_the_mail_shows_every_call_and_says_that_nothing_changed() -> None:
    parcel = Parcel("5f2b9c0d", "desk@paper.example", EARLY, NOW)
    mail = compose(parcel, sender=sender_of("stancewatch <alerts@watch.example>"))
    assert mail["Subject"] == "Pressure on Ada Quill over Harbour toll: 3 outlets in 3 days"
    for part in ("plain", "html"):
        body = mail.get_body((part,))
        assert body is not None
        text = body.get_content()
        assert "early warning and no change of position" in text
        for call in CALLS:
            assert call.evidence in text
            assert call.url in text
            assert f"{call.published_at.day} " in text


def test_a_digest_may_hold_shifts_and_early_warnings() -> None:
    for first, other in ((EARLY, a_message()), (a_message(), EARLY)):
        parcel = Parcel("5f2b9c0d", "desk@paper.example", first, NOW, more=(other,))
        mail = compose(parcel, sender=sender_of("stancewatch <alerts@watch.example>"))
        assert "2 alerts, 1 of them early warnings" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
        assert mail["Subject"].endswith("and 1 more")


def test_the_webhook_names_its_calls() -> None:
    event = json.loads(webhook_body(EARLY))
    assert event["type"] == "signal.pressure"
    told = {key: event["data"][key] for key in ("toward", "sources", "since", "until")}
    assert told == {"toward": "against", "sources": 3, "since": "2026-02-27T09:30:00Z", "until": "2026-03-01T09:30:00Z"}
    assert [call["url"] for call in event["data"]["calls"]] == [call.url for call in CALLS]


@pytest.mark.parametrize("letter", ["x", "\x00", "🚢"])
def test_the_webhook_stays_small(letter: str) -> None:
    flood = replace(AFTER, evidence=letter * 30_000, title=letter * 30_000, outlet=letter * 30_000)
    report = replace(PRESSED, calls=(flood,) * 5, proposition=letter * 30_000, figure_name=letter * 30_000)
    assert len(webhook_body(write_warning(report, OCCASION, public_url=""))) < LARGEST_BODY


def test_a_chat_reads_the_calls() -> None:
    told = in_chat(EARLY)
    assert told.startswith("Pressure on Ada Quill")
    assert all(call.evidence in told for call in CALLS)


def test_only_who_asked_is_told_and_only_once(world: World) -> None:
    world.subscribe("desk", **ASKED)
    world.subscribe("bot", **HOOK, **ASKED)
    world.subscribe("quiet")
    pressure_id = notice(world)
    assert sorted(world.told) == [("bot", News.PRESSURE, 1), ("desk", News.PRESSURE, 1)]
    assert [call.url for call in world.parcels[0].message.report.calls] == [call.url for call in CALLS]  # type: ignore[union-attr]
    with world.begin() as tx:
        tx.emit(PressureNoticed(pressure_id=pressure_id))
    world.run()
    warn_of_pressure(pressure_id, begin=world.begin, lease=LEASE, now=world.now)
    assert len(world.parcels) == 2


def test_a_copied_call_is_shown_once(world: World) -> None:
    world.subscribe(**ASKED)
    copied = replace(CALLS[1], published_at=CALLS[1].published_at + timedelta(hours=1), url="https://copy.example/")
    notice(world, calls=(*CALLS, copied))
    assert len(world.parcels[0].message.report.calls) == 3  # type: ignore[union-attr]


def test_history_is_no_news(world: World) -> None:
    world.subscribe(**ASKED)
    notice(world, arrived=Arrival.HISTORY)
    assert world.parcels == []


def test_what_is_over_before_the_digest_is_left_out(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY, **ASKED)
    pressure_id = notice(world)
    with world.begin() as tx:
        tx.session.get_one(Pressure, pressure_id).ended_at = NOW
    world.run(later=DAY)
    assert world.parcels == []
    assert world.states == [DeliveryState.DEAD]


def test_a_digest_brings_shifts_and_pressure_together(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY, **ASKED)
    world.detect()
    notice(world)
    world.run(later=DAY)
    assert world.told == [("desk", News.DETECTED, 2)]


def test_the_owner_of_a_webhook_that_is_gone_hears_of_it(world: World) -> None:
    world.subscribe(**(HOOK | {"email": "owner@paper.example"}), **ASKED)
    world.answer = lambda parcel: Gone("HTTP 410")
    notice(world)
    world.run(later=HOUR)
    assert News.ENDPOINT_DISABLED in [news for _, news, _ in world.told]


def test_why_somebody_was_warned_and_another_was_not(world: World) -> None:
    world.subscribe("desk", **ASKED)
    world.subscribe("other")
    pressure_id = notice(world)
    with world.read() as session:
        warned, silent = (explain_warning(session, name, pressure_id, now=world.now) for name in ("desk", "other"))
    assert isinstance(warned.verdict, Matched)
    assert warned.told is not None
    assert [state for _, state, _ in warned.told.copies] == [DeliveryState.DELIVERED]
    assert (silent.verdict, silent.told) == (Missed(WhyNot.NO_EARLY_WARNINGS), None)
    with world.read() as session, pytest.raises(UserMistake, match="no pressure 99"):
        explain_warning(session, "desk", 99, now=world.now)
