"""What a desk asks beside the ledger, as JSON: positions, deliveries, and the reasons behind them."""

from __future__ import annotations

from pydantic import Field

from services.api.moments import Since
from services.api.schemas import Answer, Asked, Moment, ShiftAnswer
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState, News, ShiftBasis, ShiftKind, Stance


class PositionItem(Answer):
    """Where a figure stands on an issue, and the shift that led there."""

    figure: str
    issue: str
    position: Stance | None
    statements: int
    shift: ShiftAnswer | None


class PositionList(Answer):
    """Positions by figure and issue; `next` is the cursor of the page after this one."""

    items: tuple[PositionItem, ...]
    next: str | None


class DeliveryItem(Answer):
    """One copy of an alert; `shift` is null where it asks whether mail is wanted."""

    id: int
    alert: int
    shift: int | None
    subscription: str
    subscription_id: int
    news: News
    channel: ChannelKind
    state: DeliveryState
    attempts: int
    raised_at: Moment
    next_attempt_at: Moment | None
    delivered_at: Moment | None
    reason: str


class DeliveryPage(Answer):
    """Deliveries, the latest first; `next` is the cursor of the page after this one."""

    items: tuple[DeliveryItem, ...]
    next: str | None


class AttemptItem(Answer):
    """One try at sending; `detail` is what came back, cut at 20 kB."""

    number: int
    started_at: Moment
    finished_at: Moment | None
    latency_ms: int | None
    outcome: AttemptOutcome
    detail: str


class AttemptList(Answer):
    """Every try of one delivery, in order; `next` is the cursor of the page after this one."""

    items: tuple[AttemptItem, ...]
    next: str | None


class ReplayBody(Asked):
    """What is to be sent again: what failed for good or may not have arrived, of alerts raised since then."""

    since: Since
    subscription_id: int | None = None


class Replayed(Answer):
    """The deliveries that will be tried now; their receivers see the same ids as before."""

    deliveries: tuple[int, ...]


class TestItem(Answer):
    """A test by one way; `outcome` is empty until it was sent."""

    id: int
    subscription_id: int
    channel: ChannelKind
    asked_at: Moment
    finished_at: Moment | None
    outcome: str
    detail: str


class TestList(Answer):
    """Tests of one subscription, the latest first; `next` is the cursor of the page after this one."""

    items: tuple[TestItem, ...]
    next: str | None


class CopyItem(Answer):
    """One channel's copy of an alert."""

    channel: ChannelKind
    state: DeliveryState
    reason: str


class PressureItem(Answer):
    """So many independent sources press a figure; `toward` is `none` where they do not ask for the same."""

    id: int
    figure: str
    issue: str
    toward: Stance
    sources: int
    since: Moment
    until: Moment
    noticed_at: Moment
    ended_at: Moment | None
    article: str
    evidence: str


class WhyAnswer(Answer):
    """Why a subscription was told of a shift or a pressure, or was not: then, and by its wishes now."""

    subscription_id: int
    subscription: str
    subscribed_at: Moment
    shift: ShiftAnswer | None
    pressure: PressureItem | None
    told: bool
    raised_at: Moment | None
    reason_then: str | None
    deliveries: tuple[CopyItem, ...]
    asked_for: bool
    reason_now: str


class StepItem(Answer):
    """An article's testimony, what it came to, and the position held once everything known is weighed."""

    statement: int
    article: str
    published: Moment
    stance: Stance
    weight: float
    part: str
    held: Stance
    known_then: Stance | None = Field(description="the position that could be read when this was published")


class TurnItem(Answer):
    """A change of position; a pending one waits for more evidence, and nobody is told yet."""

    article: str
    at: Moment
    from_stance: Stance
    to_stance: Stance
    kind: ShiftKind
    confidence: float
    reason: str
    pending: bool
    basis: ShiftBasis


class SilenceItem(Answer):
    """Why one article raised no alert; `weight` and `needed` in nats, where they decided."""

    at: Moment
    article: str
    reason: str
    weight: float
    needed: float


class LeftOutItem(Answer):
    """A statement that does not count, and why."""

    statement: int
    reason: str


class ExplainAnswer(Answer):
    """A timeline with its reasons, weights in nats; without a position, `leaning` is what it would be."""

    figure: str
    issue: str
    position: Stance | None
    leaning: Stance | None
    support: float
    burden: float
    steps: tuple[StepItem, ...]
    turns: tuple[TurnItem, ...]
    left_out: tuple[LeftOutItem, ...]
    no_alert: tuple[SilenceItem, ...]
