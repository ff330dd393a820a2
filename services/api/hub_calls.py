"""What hubs say to us: their answers to our requests, and their pushes (WebSub, sections 5.3, 6 and 7)."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, case, select, update
from sqlmodel import Session

from shared.pushes import HINT_SPACING
from shared.tables import Feed, FeedHub, FeedPoll
from shared.vocabulary import HubWish

feed_hub: Table = FeedHub.__table__  # type: ignore[attr-defined]
feed_poll: Table = FeedPoll.__table__  # type: ignore[attr-defined]
DIGESTS = ("sha1", "sha256", "sha384", "sha512")
SHORTEST_LEASE, LONGEST_LEASE = timedelta(minutes=1), timedelta(days=30)
RENEWED_AFTER = 0.8  # of the lease, so that a hub which is down for a while does not end it
DENIED_FOR = timedelta(days=7)
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class HubCall:
    """A hub's answer to a request of ours: what it confirms or denies, for which topic, and for how many seconds."""

    mode: str
    topic: str
    lease_seconds: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pushing:
    """A hub that may push: for which feed, and by which secret its pushes are known."""

    feed_id: int
    secret: str


def settle(session: Session, token: str, call: HubCall, *, now: datetime) -> bool:
    """Tell whether a hub confirms (or denies) what we asked of it, and keep that; each request is confirmed once."""
    mine = (feed_hub.c.token == token) & (feed_hub.c.topic == call.topic)
    if call.mode == "denied":
        said = f"the hub denied it: {' '.join(call.reason.split())[:LONGEST_REASON]}".rstrip(": ")
        settled = {"expires_at": None, "next_try_at": now + DENIED_FOR, "detail": said}
    elif call.mode == HubWish.SUBSCRIBE:
        lease = max(SHORTEST_LEASE, min(timedelta(seconds=call.lease_seconds), LONGEST_LEASE))
        mine &= feed_hub.c.asked_for == HubWish.SUBSCRIBE
        settled = {"expires_at": now + lease, "next_try_at": now + lease * RENEWED_AFTER, "detail": ""}
    elif call.mode == HubWish.UNSUBSCRIBE:
        mine &= feed_hub.c.asked_for == HubWish.UNSUBSCRIBE
        settled = {"expires_at": None, "next_try_at": now, "detail": "ended"}
    else:
        return False
    known = session.scalar(select(feed_hub.c.feed_id).where(mine))
    if known is not None:
        this = update(feed_hub).where(feed_hub.c.feed_id == known)
        session.execute(this.values(asked_for=None, failures=0, nudged_at=None, **settled))
    return known is not None


def pushing(session: Session, token: str, *, now: datetime) -> Pushing | None:
    """Return whose pushes arrive under `token`; None where no lease runs."""
    runs = (feed_hub.c.token == token) & (feed_hub.c.expires_at > now) & feed_hub.c.wanted
    row = session.execute(
        select(feed_hub.c.feed_id, feed_hub.c.secret)
        .join(Feed.__table__)  # type: ignore[attr-defined]
        .where(runs, Feed.__table__.c.active)  # type: ignore[attr-defined]
    ).first()
    return Pushing(row.feed_id, row.secret) if row else None


def heed(session: Session, feed_id: int, *, now: datetime) -> None:
    """Let the feed be asked at once, or when a minute has passed since it was; one that fails keeps its pause."""
    session.execute(update(feed_hub).where(feed_hub.c.feed_id == feed_id).values(delivered_at=now))
    asked_lately = feed_poll.c.polled_at > now - HINT_SPACING
    soon = case((asked_lately, now + HINT_SPACING), else_=now)
    sooner = case(
        ((feed_poll.c.failures == 0) & (feed_poll.c.next_poll_at > soon), soon), else_=feed_poll.c.next_poll_at
    )
    this = update(feed_poll).where(feed_poll.c.feed_id == feed_id)
    session.execute(this.values(hinted_at=now, next_poll_at=sooner, nudged_at=None))


class SignatureCheck:
    """Computes a push's signature while its body arrives, so that the body need not be held."""

    def __init__(self, secret: str, header: str) -> None:
        method, _, self._claimed = header.strip().partition("=")
        known = method.lower() in DIGESTS
        self._mac = hmac.new(secret.encode(), digestmod=getattr(hashlib, method.lower())) if known else None

    def update(self, chunk: bytes) -> None:
        """Take in the next part of the body."""
        if self._mac is not None:
            self._mac.update(chunk)

    def holds(self) -> bool:
        """Tell whether the signature was made with the secret over this very body."""
        if self._mac is None:
            return False
        return hmac.compare_digest(self._mac.hexdigest().encode(), self._claimed.strip().lower().encode())
