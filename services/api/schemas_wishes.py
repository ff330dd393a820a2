"""What people wish for, as JSON: figures, issues, feeds, subscriptions, and what became of a wish."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.api.schemas import Answer, Asked, Moment, ShiftAnswer
from services.api.watchlist import FeedWish, FigureWish, IssueWish
from services.api.wish_fields import Phrase, Share, Slug
from shared.vocabulary import ActorKind, ChannelKind, Frequency, Origin, PollOutcome, ShiftKind, SignalKind


class FigureBody(Asked):
    """A figure without its id, which stands in the address."""

    name: Phrase
    aliases: tuple[Phrase, ...] = ()
    kind: ActorKind = ActorKind.PERSON

    def under(self, figure_id: str) -> FigureWish:
        return FigureWish(id=figure_id, name=self.name, aliases=self.aliases, kind=self.kind)


class IssueBody(Asked):
    """An issue without its id, which stands in the address."""

    name: Phrase
    proposition: Phrase
    terms: Annotated[tuple[Phrase, ...], Field(min_length=1, max_length=50)]

    def under(self, issue_id: str) -> IssueWish:
        return IssueWish(id=issue_id, name=self.name, proposition=self.proposition, terms=self.terms)


class FigureItem(Answer):
    """A watched actor."""

    id: str
    name: str
    aliases: tuple[str, ...]
    kind: ActorKind


class FigureList(Answer):
    """Watched actors by id; `next` is the cursor of the page after this one."""

    items: tuple[FigureItem, ...]
    next: str | None


class IssueItem(Answer):
    """A tracked issue; `favor` means in favour of its proposition."""

    id: str
    name: str
    proposition: str
    terms: tuple[str, ...]


class IssueList(Answer):
    """Tracked issues by id; `next` is the cursor of the page after this one."""

    items: tuple[IssueItem, ...]
    next: str | None


class FeedOnList(Answer):
    """A feed as a watchlist names it."""

    url: str
    name: str


class SubscriptionOnList(Answer):
    """A subscription as a watchlist names it; its addresses are shown only to who may change it."""

    name: str
    figures: tuple[str, ...] | None = None
    issues: tuple[str, ...] | None = None
    kinds: tuple[ShiftKind, ...] | None = None
    signals: tuple[SignalKind, ...] | None = None
    outlets: tuple[str, ...] | None = None
    minimum_confidence: float | None = None
    own_words_only: bool | None = None
    frequency: Frequency | None = None
    timezone: str | None = None
    hour: int | None = None
    quiet_hours: str | None = None
    most_per_hour: int | None = None
    paused_until: Moment | None = None
    email: str | None = None
    webhook: str | None = None
    chat: str | None = None


class WatchlistAnswer(Answer):
    """The whole watchlist, as the file would say it."""

    figures: tuple[FigureItem, ...]
    issues: tuple[IssueItem, ...]
    feeds: tuple[FeedOnList, ...]
    subscriptions: tuple[SubscriptionOnList, ...]


class ChangeItem(Answer):
    """One thing that a wish changed: added, changed (and which parts) or retired."""

    what: str
    kind: str
    name: str
    parts: tuple[str, ...]


class Changes(Answer):
    """What a wish changed, or with a dry run would change."""

    dry_run: bool
    changes: tuple[ChangeItem, ...]


class FeedItem(Answer):
    """A feed and how it stands with polling."""

    id: int
    url: str
    name: str
    polled_at: Moment | None
    outcome: PollOutcome | None
    failures: int
    next_poll_at: Moment


class FeedList(Answer):
    """The feeds that are asked, in the order in which they were added; `next` is the cursor of the page after this."""

    items: tuple[FeedItem, ...]
    next: str | None


FeedBody = FeedWish


class Way(Answer):
    """A way out; `closed` says why nothing goes out by it, and its address is shown only to who may change it."""

    channel: ChannelKind
    address: str | None
    closed: str | None


class SubscriptionItem(Answer):
    """A subscription and how it stands; empty lists ask for everything, of `signals` for nothing."""

    id: int
    name: str
    figures: tuple[str, ...]
    issues: tuple[str, ...]
    kinds: tuple[ShiftKind, ...]
    signals: tuple[SignalKind, ...]
    outlets: tuple[str, ...]
    minimum_confidence: float
    own_words_only: bool
    frequency: Frequency
    timezone: str
    hour: int
    quiet_hours: str | None
    most_per_hour: int
    paused_until: Moment | None
    made_by: Origin
    created_at: Moment
    ended_at: Moment | None
    ways: tuple[Way, ...]


class NewSubscriptionItem(SubscriptionItem):
    """A subscription just made or changed; the signing secret of its webhook is shown when it is new."""

    webhook_secret: str | None


class SubscriptionList(Answer):
    """Subscriptions by id; `next` is the cursor of the page after this one."""

    items: tuple[SubscriptionItem, ...]
    next: str | None


class Secret(Answer):
    """A new signing secret, shown this once; the one before signs beside it until then."""

    webhook_secret: str
    previous_signs_until: Moment


class PreviewBody(Asked):
    """What a subscription would ask for."""

    figures: Annotated[tuple[Slug, ...], Field(max_length=1000)] = ()
    issues: Annotated[tuple[Slug, ...], Field(max_length=1000)] = ()
    kinds: Annotated[tuple[ShiftKind, ...], Field(max_length=10)] = ()
    outlets: Annotated[tuple[Phrase, ...], Field(max_length=1000)] = ()
    minimum_confidence: Share = 0.0
    own_words_only: bool = False


class Preview(Answer):
    """What a wish would have caught: how often in all, and the newest of those shifts."""

    days: int
    count: int
    more: bool
    shifts: tuple[ShiftAnswer, ...]
