"""What mail that came back does to its delivery and its mailbox, and how mailboxes stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from services.alert.bounces import Standing, standing_after_bounce
from services.alert.dsn import Bounce
from shared.failures import UserMistake
from shared.tables import Delivery, Mailbox
from shared.vocabulary import ChannelKind, DeliveryState

RETURNED = "came back: "


class Taken(StrEnum):
    """What became of a report."""

    NOTED = "noted"
    SUPPRESSED = "noted; the mailbox gets no more mail"
    KNOWN = "was noted before"
    NOT_OURS = "is of no mail of ours"


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """How a mailbox stands, for a person."""

    address: str
    score: float
    bounced_at: datetime | None
    suppressed_at: datetime | None
    reason: str


def take_back(session: Session, bounce: Bounce, *, now: datetime) -> Taken:
    """Note that a mail came back: its delivery failed after all, and its mailbox stands worse; once for each mail."""
    sent = select(Delivery).where(Delivery.key == bounce.key, Delivery.channel == ChannelKind.EMAIL)
    row = session.exec(sent.with_for_update()).one_or_none()
    if row is None:
        return Taken.NOT_OURS
    if row.reason.startswith(RETURNED):
        return Taken.KNOWN
    for one in (row, *session.exec(select(Delivery).where(Delivery.sent_with_id == row.id))):
        one.state, one.reason, one.next_attempt_at = DeliveryState.DEAD, f"{RETURNED}{bounce.reason}", None
        one.lease_token = one.lease_until = None
        session.add(one)
    mailbox = session.get(Mailbox, row.address) or Mailbox(address=row.address)
    before = Standing(mailbox.score, mailbox.bounced_at, mailbox.suppressed_at, mailbox.reason)
    after = standing_after_bounce(before, bounce, now=now)
    mailbox.score, mailbox.bounced_at = after.score, after.bounced_at
    mailbox.suppressed_at, mailbox.reason = after.suppressed_at, after.reason
    session.add(mailbox)
    return Taken.SUPPRESSED if after.suppressed_at is not None else Taken.NOTED


def mailboxes(session: Session) -> tuple[MailboxRow, ...]:
    """Return every mailbox that has bounced, those that get no more mail first."""
    order = (col(Mailbox.suppressed_at).is_(None), col(Mailbox.address))
    rows = session.exec(select(Mailbox).where(col(Mailbox.bounced_at).is_not(None)).order_by(*order))
    return tuple(MailboxRow(one.address, one.score, one.bounced_at, one.suppressed_at, one.reason) for one in rows)


def lift(session: Session, address: str) -> None:
    """Forget a mailbox's bounces, so that it is written to again."""
    row = session.get(Mailbox, address)
    if row is None:
        raise UserMistake(f"'{address}' has not bounced; `stancewatch bounces list` shows which addresses have")
    session.delete(row)
