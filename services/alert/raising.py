"""Which alerts a shift or a pressure raises: for whom, why, by which ways and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.alert.hearing import Owed, Said
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
    """An alert that is to be raised: the `nth` of its kind, from 0; a correction may put a shift instead of another."""

    subscription_id: int
    news: News
    reason: WhyAlerted
    ways: tuple[Way, ...]
    instead_of: int | None = None
    nth: int = 0


def draft_alerts(
    report: ShiftReport,
    subscribers: Sequence[Subscriber],
    *,
    owed: Owed,
    lately: Mapping[int, int],
    now: datetime,
) -> tuple[AlertDraft, ...]:
    """Draft an alert for each subscriber who asked for this and has not heard of it, by the ways that have not.

    `lately` counts the alerts that a subscription had within the last hour.
    """
    drafts = []
    for who in subscribers:
        verdict = match(report, who.wishes, now=now)
        if not isinstance(verdict, Matched):
            continue
        ways = _ways(who, lately.get(who.subscription_id, 0), now)
        if who.subscription_id in owed.known:
            ways = tuple(way for way in ways if way.channel in owed.unheard[who.subscription_id])
            if not ways:
                continue
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


def draft_corrections(owed: Owed, subscribers: Sequence[Subscriber], *, now: datetime) -> tuple[AlertDraft, ...]:
    """Draft what people are owed, by the channels that told them otherwise, whatever they wish by now."""
    people = {who.subscription_id: who for who in subscribers}
    return tuple(
        AlertDraft(
            said.subscription_id,
            said.news,
            said.reason,
            _same_ways(people[said.subscription_id], said, now),
            said.instead_of,
        )
        for said in owed.said
        if said.subscription_id in people
    )


def numbered(
    drafts: Sequence[AlertDraft], shift_id: int, before: Mapping[tuple[int, int, News], int]
) -> tuple[AlertDraft, ...]:
    """Number drafts of one shift on from the alerts that were raised of it before."""
    count = Counter(before)
    counted = []
    for draft in drafts:
        key = (shift_id, draft.subscription_id, draft.news)
        counted.append(replace(draft, nth=count[key]))
        count[key] += 1
    return tuple(counted)


def draft_notice(owner: Subscriber, reason: WhyAlerted, *, now: datetime) -> AlertDraft:
    """Draft the word to a webhook's owner that it is switched off, by every other way there is."""
    at_once = Slot(now, WhyThen.AT_ONCE)
    ways = tuple(Way(by, address, at_once) for by, address in owner.ways if by is not ChannelKind.WEBHOOK)
    return AlertDraft(owner.subscription_id, News.ENDPOINT_DISABLED, reason, ways)


def _same_ways(who: Subscriber, said: Said, now: datetime) -> tuple[Way, ...]:
    waits = dict(said.ways)
    later = {wait: {way.channel: way for way in _ways(who, 0, now + wait)} for wait in waits.values()}
    return tuple(later[wait][channel] for channel, wait in waits.items() if channel in later[wait])


def _ways(who: Subscriber, lately: int, now: datetime) -> tuple[Way, ...]:
    """People get their mail in their own rhythm; programs get every call at once."""
    at_once = Slot(now, WhyThen.AT_ONCE)
    in_rhythm = slot_for(who.rhythm, sent_lately=lately, now=now)
    return tuple(
        Way(channel, address, at_once if channel is ChannelKind.WEBHOOK else in_rhythm) for channel, address in who.ways
    )
