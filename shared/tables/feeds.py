"""Feeds as people wish for them, how each stands with polling, and the log of polls."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from shared.tables.columns import BigId, UtcDateTime, Word
from shared.vocabulary import HubWish, PollOutcome, WalkStage


class Feed(SQLModel, table=True):
    """A feed somebody asked for; written by people through the API and the command line."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    url: str = Field(unique=True)
    first_url: str | None = Field(default=None, index=True)  # under which it was added, where it moved since
    name: str = ""
    active: bool = True
    added_at: datetime = Field(sa_type=UtcDateTime)


class FeedPoll(SQLModel, table=True):
    """How a feed stands with polling; written by ingest, except for the first row that comes with its feed."""

    __tablename__ = "feed_poll"

    feed_id: int = Field(primary_key=True, foreign_key="feed.id", sa_type=BigId)
    next_poll_at: datetime = Field(sa_type=UtcDateTime, index=True)
    polled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: PollOutcome | None = Field(default=None, sa_type=Word(PollOutcome))
    detail: str = ""
    failures: int = 0
    interval_seconds: float | None = None
    moved_to: str | None = None
    moved_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    moved_times: int = 0
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    lease_token: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    nudged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    hinted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FeedHub(SQLModel, table=True):
    """The hub that pushes a feed's news (WebSub), what was asked of it and how long it granted that.

    Ingest finds hubs and asks them; the API hears their answers, and their pushes.
    """

    __tablename__ = "feed_hub"

    feed_id: int = Field(primary_key=True, foreign_key="feed.id", sa_type=BigId)
    hub: str
    topic: str
    wanted: bool = True
    token: str = Field(unique=True)
    secret: str
    asked_for: HubWish | None = Field(default=None, sa_type=Word(HubWish))
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    next_try_at: datetime = Field(sa_type=UtcDateTime, index=True)
    failures: int = 0
    detail: str = ""
    lease_token: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    nudged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FeedWalk(SQLModel, table=True):
    """A walk back through a feed's older pages, or its site's sitemaps, for what nobody saw; gone once it is over.

    `todo` and `seen` hold addresses, one a line.
    """

    __tablename__ = "feed_walk"

    feed_id: int = Field(primary_key=True, foreign_key="feed.id", sa_type=BigId)
    stage: WalkStage = Field(sa_type=Word(WalkStage))
    todo: str
    seen: str = ""
    gap_at: datetime = Field(sa_type=UtcDateTime)
    since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    language: str = ""
    entries: int = 0
    recovered: int = 0
    remarks: str = ""


class PollLog(SQLModel, table=True):
    """One line for each request for a feed: when, what, how many new, why not."""

    __tablename__ = "poll_log"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    feed_id: int = Field(foreign_key="feed.id", index=True, sa_type=BigId)
    polled_at: datetime = Field(sa_type=UtcDateTime)
    outcome: PollOutcome = Field(sa_type=Word(PollOutcome))
    entries: int = 0
    new_entries: int = 0
    gap_suspected: bool = False
    detail: str = ""


class HostRest(SQLModel, table=True):
    """When a host may be asked next: a while after the last request began, or after the rest that it asked for."""

    __tablename__ = "host_rest"

    host: str = Field(primary_key=True)
    until: datetime = Field(sa_type=UtcDateTime)
    queued_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HostVisit(SQLModel, table=True):
    """Requests that somebody has under way at a host, until `until` at the latest."""

    __tablename__ = "host_visit"

    host: str = Field(primary_key=True)
    token: str = Field(primary_key=True)
    requests: int
    until: datetime = Field(sa_type=UtcDateTime)
