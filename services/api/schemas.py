"""The ledger as JSON: the field names that product.md fixes, with ids to page and refer by."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from services.api.views import AlertView, EvidenceView, ShiftView, StatementView
from shared.clock import iso_z
from shared.reader_words import FoundBy
from shared.vocabulary import ChannelKind, Decision, DeliveryState, ShiftBasis, ShiftKind, ShiftStatus, Stance

Moment = Annotated[datetime, PlainSerializer(iso_z, return_type=str)]


class Answer(BaseModel):
    """What goes out: read from a view, never changed."""

    model_config = ConfigDict(frozen=True, from_attributes=True, populate_by_name=True)


class Asked(BaseModel):
    """What comes in: nothing is overlooked, nothing is guessed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class StatementAnswer(Answer):
    """A statement; `start` and `end` are character offsets of `evidence` in the article's text.

    `chat_stance` is the opinion of the chat reader named by `chat_model`, where one was asked and answered.
    """

    type: Literal["statement"] = "statement"
    id: int
    article: str
    title: str
    outlet: str
    published: Moment
    actor: str
    figure: str | None
    issue: str
    stance: Stance
    confidence: float
    own_words: bool
    evidence: str
    start: int
    end: int
    found_by: FoundBy
    chat_model: str
    chat_stance: Stance | None


class EvidenceAnswer(Answer):
    """The words on one side of a shift."""

    article: str
    outlet: str
    published: Moment
    evidence: str


class ShiftAnswer(Answer):
    """A change of position; `at` is when the article that first shows it was published."""

    type: Literal["shift"] = "shift"
    id: int
    figure: str
    issue: str
    from_stance: Stance = Field(alias="from")
    to_stance: Stance = Field(alias="to")
    kind: ShiftKind
    article: str
    at: Moment
    detected_at: Moment
    confidence: float
    reason: str
    status: ShiftStatus
    basis: ShiftBasis = Field(description="whether the quotes show it, or only the press says so")
    before_sources: int = Field(description="articles that bear out the position before, copies not counted")
    after_sources: int = Field(description="the same of the position after")
    pending_until: Moment | None = Field(description="how long it waits for a second witness")
    withdrawn_because: str = Field(description="why it stands no longer, empty where it does")
    decided: Decision | None = Field(description="what a person said of it")
    before: EvidenceAnswer
    after: EvidenceAnswer


class DeliveryAnswer(Answer):
    """One channel's copy of an alert."""

    channel: ChannelKind
    state: DeliveryState
    attempts: int
    delivered_at: Moment | None


class AlertAnswer(Answer):
    """A shift that matched a subscription, and how its copies stand."""

    type: Literal["alert"] = "alert"
    id: int
    subscription: str
    reason: str
    raised_at: Moment
    shift: ShiftAnswer
    deliveries: tuple[DeliveryAnswer, ...]


class StatementPage(Answer):
    """Statements, the newest first; `next` is the cursor of the page after this one."""

    items: tuple[StatementAnswer, ...]
    next: str | None


class ShiftPage(Answer):
    """Shifts, the newest first; `next` is the cursor of the page after this one."""

    items: tuple[ShiftAnswer, ...]
    next: str | None


class AlertPage(Answer):
    """Alerts, the newest first; `next` is the cursor of the page after this one."""

    items: tuple[AlertAnswer, ...]
    next: str | None


def statement_answer(view: StatementView) -> StatementAnswer:
    """Write a statement for other programs."""
    return StatementAnswer.model_validate(view)


BESIDES = ("basis", "before_sources", "after_sources", "pending_until", "withdrawn_because", "decided")


def shift_answer(view: ShiftView) -> ShiftAnswer:
    """Write a shift for other programs."""
    return ShiftAnswer(
        **{name: getattr(view, name) for name in ("id", "figure", "issue", "kind", "at", "detected_at", "confidence")},
        from_stance=view.from_stance,
        to_stance=view.to_stance,
        article=view.after.article,
        reason=view.reason,
        status=view.status,
        **{name: getattr(view, name) for name in BESIDES},
        before=_evidence(view.before),
        after=_evidence(view.after),
    )


def alert_answer(view: AlertView) -> AlertAnswer:
    """Write an alert for other programs; addresses stay inside."""
    return AlertAnswer(
        id=view.id,
        subscription=view.subscription,
        reason=view.reason,
        raised_at=view.raised_at,
        shift=shift_answer(view.shift),
        deliveries=tuple(DeliveryAnswer.model_validate(delivery) for delivery in view.deliveries),
    )


def _evidence(view: EvidenceView) -> EvidenceAnswer:
    return EvidenceAnswer.model_validate(view)
