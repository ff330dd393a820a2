"""What happened or fell due, one id each: the only things that services tell one another."""

from pydantic import BaseModel, ConfigDict


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FeedDue(_Event):
    """A feed's time to be asked has come."""

    feed_id: int


class HubDue(_Event):
    """A feed's hub is to be asked for pushes, or to end them."""

    feed_id: int


class GapSuspected(_Event):
    """A feed may have shown entries that nobody saw."""

    feed_id: int


class DocumentFound(_Event):
    """A feed showed an entry that was not known."""

    document_id: int


class ArticleIngested(_Event):
    """An article's text, title and date are stored."""

    article_id: int


class StatementsTagged(_Event):
    """One reading of an article is stored."""

    tagging_id: int


class ShiftDetected(_Event):
    """A tracked actor's position changed."""

    shift_id: int


class ShiftWithdrawn(_Event):
    """A shift that people may have been told of stands no longer."""

    shift_id: int


class PressureNoticed(_Event):
    """Several independent sources began to press a figure whose position is open."""

    pressure_id: int


class DeliveryDue(_Event):
    """One channel's copy of an alert is to be sent now."""

    delivery_id: int


class RehearsalAsked(_Event):
    """Somebody wants to see a test go out by one way of a subscription."""

    rehearsal_id: int


Event = (
    FeedDue
    | HubDue
    | GapSuspected
    | DocumentFound
    | ArticleIngested
    | StatementsTagged
    | ShiftDetected
    | ShiftWithdrawn
    | PressureNoticed
    | DeliveryDue
    | RehearsalAsked
)


def subject_of(event: Event) -> int:
    """Return the one id that an event carries."""
    (subject_id,) = event.model_dump().values()
    return int(subject_id)
