"""What of a subscription is to change: every part may be left out, and null takes it away."""

from __future__ import annotations

from pydantic import StrictBool

from services.api.schemas import Asked
from services.api.wish_fields import (
    Cap,
    ChatAddress,
    Hour,
    MailAddress,
    Moment,
    Phrase,
    QuietTime,
    Share,
    Slug,
    Timezone,
    WebAddress,
)
from shared.vocabulary import Frequency, ShiftKind, SignalKind


class SubscriptionPatch(Asked):
    """The parts of a subscription that are to change."""

    name: Phrase | None = None
    figures: tuple[Slug, ...] | None = None
    issues: tuple[Slug, ...] | None = None
    kinds: tuple[ShiftKind, ...] | None = None
    signals: tuple[SignalKind, ...] | None = None
    outlets: tuple[Phrase, ...] | None = None
    minimum_confidence: Share | None = None
    own_words_only: StrictBool | None = None
    frequency: Frequency | None = None
    timezone: Timezone | None = None
    hour: Hour | None = None
    quiet_hours: QuietTime | None = None
    most_per_hour: Cap | None = None
    paused_until: Moment | None = None
    email: MailAddress | None = None
    webhook: WebAddress | None = None
    chat: ChatAddress | None = None
