"""What a desk asks beside the ledger, as JSON."""

from __future__ import annotations

from services.api.schemas import Answer, Moment, ShiftAnswer
from shared.vocabulary import ActorKind, ChannelKind, DeliveryState, PollOutcome, Stance


class PositionItem(Answer):
    """Where a figure stands on an issue, and the shift that led there."""

    figure: str
    issue: str
    position: Stance | None
    statements: int
    shift: ShiftAnswer | None


class PositionList(Answer):
    """Every position that is known."""

    items: tuple[PositionItem, ...]


class FigureItem(Answer):
    """A watched actor."""

    id: str
    name: str
    kind: ActorKind


class IssueItem(Answer):
    """A tracked issue."""

    id: str
    name: str
    proposition: str


class WatchlistAnswer(Answer):
    """What is watched."""

    figures: tuple[FigureItem, ...]
    issues: tuple[IssueItem, ...]


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
    """Every feed that is asked."""

    items: tuple[FeedItem, ...]


class DeliveryItem(Answer):
    """One copy of an alert."""

    id: int
    alert: int
    subscription: str
    channel: ChannelKind
    state: DeliveryState
    attempts: int
    raised_at: Moment
    next_attempt_at: Moment | None
    delivered_at: Moment | None


class DeliveryPage(Answer):
    """Deliveries, the latest first; `next` is the cursor of the page after this one."""

    items: tuple[DeliveryItem, ...]
    next: str | None


class Preview(Answer):
    """What a wish would have caught; `more` where it were more than are shown."""

    days: int
    count: int
    more: bool
    shifts: tuple[ShiftAnswer, ...]
