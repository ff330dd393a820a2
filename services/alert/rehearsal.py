"""Sending a test by the same ways as an alert: same channels, same form, same signature, nothing recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlmodel import Session, select

from services.alert.asking import Asking, write_question
from services.alert.channels.base import Channels, Outcome, Parcel
from services.alert.matching import WhyAlerted
from services.alert.message import Occasion, write_message
from services.alert.render import TEMPLATES, try_out
from services.alert.rows import secrets_of, ways_of
from services.alert.values import ShiftReport, Wishes, Witness
from shared.failures import UserMistake
from shared.tables import Consent, Subscription
from shared.transaction import Read
from shared.vocabulary import ChannelKind, Frequency, News, ShiftKind, ShiftStatus, Stance

BEFORE_AND_AFTER = timedelta(days=3)
_WORDS = {
    Stance.MIXED: "“There is something to be said for it, and something against it,” the figure said.",
    Stance.AGAINST: "“I will vote against it,” the figure said.",
}


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a test by one channel."""

    channel: ChannelKind
    outcome: Outcome


def send_test(
    subscription: str, *, read: Read, channels: Channels, public_url: str, now: datetime
) -> tuple[Rehearsed, ...]:
    """Send a test message to each of these channels that the named subscription has, and return what came of it.

    An address that has not agreed to mail gets none.
    """
    with read() as session:
        found = _subscription(session, subscription)
        ways = ways_of(found, mail_agreed=_has_agreed(session, found))
    occasion = Occasion(found.name, WhyAlerted.EVERYTHING, now, shift_id=0, token=found.token, news=News.PING)
    message = write_message(invented_shift(now), occasion, public_url=public_url)
    parcel = Parcel(uuid4().hex, "", message, now, secrets_of(found, now))
    return tuple(
        Rehearsed(by, channels[by](replace(parcel, address=address))) for by, address in ways if by in channels
    )


def invented_shift(now: datetime) -> ShiftReport:
    """A shift of nobody, to show what one looks like."""
    before, after = _witness(Stance.MIXED, now - BEFORE_AND_AFTER), _witness(Stance.AGAINST, now)
    return ShiftReport(
        shift_id=0,
        figure_id="example-figure",
        figure_name="Example Figure",
        issue_id="example-issue",
        issue_name="Example issue",
        proposition="The example should be followed.",
        kind=ShiftKind.COMMITMENT,
        from_stance=before.stance,
        to_stance=after.stance,
        at=now,
        confidence=0.9,
        status=ShiftStatus.STANDING,
        before=before,
        after=after,
    )


def broken_templates(folder: Path, *, now: datetime) -> tuple[str, ...]:
    """Fill an operator's own templates with what nobody is sent, and say what is wrong with which."""
    occasion = Occasion("example", WhyAlerted.EVERYTHING, now, shift_id=0)
    message = write_message(invented_shift(now), occasion, public_url="https://example.com")
    asking = Asking("example", "", Wishes(), Frequency.NOW)
    question = write_question(asking, occasion, public_url="https://example.com")
    names = {"messages": (message, message), "first": message, "pictures": {0: "picture"}, "question": question}
    return tuple(wrong for wrong in (try_out(name, names, folder) for name in TEMPLATES) if wrong)


def _witness(stance: Stance, at: datetime) -> Witness:
    return Witness(
        stance=stance,
        evidence=_WORDS[stance],
        own_words=True,
        published_at=at,
        outlet="Example Outlet",
        title="An invented article",
        url="https://example.com/",
    )


def _subscription(session: Session, name: str) -> Subscription:
    found = session.exec(select(Subscription).where(Subscription.name == name)).one_or_none()
    if found is None or found.retired_at is not None:
        raise UserMistake(f"there is no subscription '{name}'")
    return found


def _has_agreed(session: Session, subscription: Subscription) -> bool:
    answer = session.get(Consent, subscription.id)
    return answer is not None and answer.address == subscription.email and answer.confirmed_at is not None
