"""Which alerts a shift or a pressure raises: for whom, why, by which ways and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from services.alert.matching import Matched, WhyAlerted, match, match_pressure
from services.alert.policy import Slot, WhyThen, slot_for
from services.alert.values import PressureReport, ShiftReport, Subscriber
from shared.vocabulary import ChannelKind, News


@dataclass(frozen=True, slots=True)
class Way:
    """One channel's address, and when it is used."""

    channel: ChannelKind
    address: str
    slot: Slot


@dataclass(frozen=True, slots=True)
class About:
    """What an alert is of: a shift or a pressure."""

    shift_id: int | None = None
    pressure_id: int | None = None


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """An alert that is to be raised."""

    subscription_id: int
    news: News
    reason: WhyAlerted
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody to whom an alert may have come, and how."""

    subscription_id: int
    reason: WhyAlerted
    channels: tuple[ChannelKind, ...]


def draft_alerts(
    report: ShiftReport,
    subscribers: Sequence[Subscriber],
    *,
    told: Set[int],
    lately: Mapping[int, int],
    now: datetime,
) -> tuple[AlertDraft, ...]:
    """Draft an alert for each subscriber who asked for this and is not `told` of it in another way.

    `lately` counts the alerts that a subscription had within the last hour.
    """
    drafts = []
    for who in subscribers:
        verdict = match(report, who.wishes, now=now)
        if isinstance(verdict, Matched) and who.subscription_id not in told:
            ways = _ways(who, lately.get(who.subscription_id, 0), now)
            drafts.append(AlertDraft(who.subscription_id, News.DETECTED, verdict.reason, ways))
    return tuple(drafts)


def draft_warnings(
    report: PressureReport, subscribers: Sequence[Subscriber], *, lately: Mapping[int, int], now: datetime
) -> tuple[AlertDraft, ...]:
    """Draft an early warning for each subscriber who asked for it; `lately` counts as for alerts."""
    verdicts = ((who, match_pressure(report, who.wishes, now=now)) for who in subscribers)
    return tuple(
        AlertDraft(
            who.subscription_id,
            News.PRESSURE,
            verdict.reason,
            _ways(who, lately.get(who.subscription_id, 0), now),
        )
        for who, verdict in verdicts
        if isinstance(verdict, Matched)
    )


def draft_corrections(
    news: News, told: Sequence[Told], subscribers: Sequence[Subscriber], *, now: datetime
) -> tuple[AlertDraft, ...]:
    """Draft a correction for everybody who may have had the alert, by the same channels, whatever they wish by now."""
    people = {who.subscription_id: who for who in subscribers}
    return tuple(
        AlertDraft(
            heard.subscription_id,
            news,
            heard.reason,
            tuple(way for way in _ways(people[heard.subscription_id], 0, now) if way.channel in heard.channels),
        )
        for heard in told
        if heard.subscription_id in people
    )


def draft_notice(owner: Subscriber, reason: WhyAlerted, *, now: datetime) -> AlertDraft:
    """Draft the word to a webhook's owner that it is switched off, by every other way there is."""
    at_once = Slot(now, WhyThen.AT_ONCE)
    ways = tuple(Way(by, address, at_once) for by, address in owner.ways if by is not ChannelKind.WEBHOOK)
    return AlertDraft(owner.subscription_id, News.ENDPOINT_DISABLED, reason, ways)


def _ways(who: Subscriber, lately: int, now: datetime) -> tuple[Way, ...]:
    """People get their mail in their own rhythm; programs get every call at once."""
    at_once = Slot(now, WhyThen.AT_ONCE)
    in_rhythm = slot_for(who.rhythm, sent_lately=lately, now=now)
    return tuple(
        Way(channel, address, at_once if channel is ChannelKind.WEBHOOK else in_rhythm) for channel, address in who.ways
    )
