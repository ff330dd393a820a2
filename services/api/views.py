"""What readers of the ledger see: statements, shifts and alerts with the names and links that go with them."""

from dataclasses import dataclass
from datetime import datetime

from shared.reader_words import FoundBy
from shared.vocabulary import (
    ActorKind,
    ChannelKind,
    Decision,
    DeliveryState,
    ShiftBasis,
    ShiftKind,
    ShiftStatus,
    Stance,
)


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with its actor and article; `start` and `end` refer to the article's text."""

    id: int
    article: str
    title: str
    outlet: str
    published: datetime
    actor: str
    figure: str | None
    issue: str
    stance: Stance
    confidence: float
    own_words: bool
    evidence: str
    start: int
    end: int
    found_by: FoundBy = FoundBy.LOCAL
    chat_model: str = ""
    chat_stance: Stance | None = None


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One side of a shift: the words, and where and when they were published."""

    statement: int
    article: str
    outlet: str
    published: datetime
    evidence: str


@dataclass(frozen=True, slots=True)
class ShiftView:
    """A change of position with the evidence on both sides."""

    before: EvidenceView
    after: EvidenceView
    id: int
    figure: str
    figure_name: str
    issue: str
    issue_name: str
    from_stance: Stance
    to_stance: Stance
    kind: ShiftKind
    at: datetime
    detected_at: datetime
    confidence: float
    reason: str
    status: ShiftStatus
    basis: ShiftBasis = ShiftBasis.SHOWN
    before_sources: int = 1
    after_sources: int = 1
    pending_until: datetime | None = None
    withdrawn_because: str = ""
    decided: Decision | None = None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One channel's copy of an alert; its address stays inside."""

    channel: ChannelKind
    state: DeliveryState
    attempts: int
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertView:
    """A shift that matched a subscription, and how its copies stand."""

    shift: ShiftView
    deliveries: tuple[DeliveryView, ...]
    id: int
    subscription: str
    reason: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class FigureView:
    """A watched actor."""

    id: str
    name: str
    kind: ActorKind


@dataclass(frozen=True, slots=True)
class IssueView:
    """A tracked issue with the proposition that its stances are about."""

    id: str
    name: str
    proposition: str


@dataclass(frozen=True, slots=True)
class StanceWeight:
    """How often and how surely a figure showed one stance on one issue, and when last."""

    figure: str
    issue: str
    stance: Stance
    statements: int
    weight: float
    latest: datetime
