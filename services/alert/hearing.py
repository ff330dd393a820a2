"""What people have heard of a figure's turns on an issue, channel by channel, and what they are owed now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.alert.matching import WhyAlerted
from shared.vocabulary import ChannelKind, News

# A shift may fall and stand again many times. The first fall and the first return are told at once; what follows within
# a week waits so long first, and is told if it still holds then.
SETTLING = (
    timedelta(0),
    timedelta(0),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=16),
    timedelta(hours=24),
)
A_WEEK = timedelta(days=7)


class Fate(StrEnum):
    """What became of a copy, as far as its receiver can tell."""

    HEARD = "it arrived, or may have"
    WAITS = "it is still to be sent"
    MOOT = "it was set aside, since it was true no longer"
    LOST = "it never arrives"


@dataclass(frozen=True, slots=True)
class Copy:
    """One channel's copy of an alert; an alert that nobody could be sent has one without a channel."""

    alert_id: int
    subscription_id: int
    shift_id: int
    news: News
    instead_of: int | None
    reason: WhyAlerted
    raised_at: datetime
    channel: ChannelKind | None
    fate: Fate


@dataclass(frozen=True, slots=True)
class Said:
    """A correction that a subscription is owed: by which channels, and how long each waits first.

    A correction puts a shift in place of the one that was told, `instead_of` it, or says that the same stands again.
    """

    subscription_id: int
    news: News
    instead_of: int | None
    reason: WhyAlerted
    ways: tuple[tuple[ChannelKind, timedelta], ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """Corrections by subscription, and who has not heard of the shift: by which channels, or by none of them."""

    said: tuple[Said, ...]
    unheard: Mapping[int, frozenset[ChannelKind]]
    known: frozenset[int]


@dataclass(slots=True)
class _Ear:
    """What was heard by one channel: which shifts stand, which were taken back, what is on its way, what got lost."""

    standing: dict[int, WhyAlerted] = field(default_factory=dict)
    taken_back: dict[int, WhyAlerted] = field(default_factory=dict)
    rising: set[int] = field(default_factory=set)
    falling: set[int] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)
    changes: int = 0


def what_is_owed(
    shift_id: int, copies: Sequence[Copy], *, stands: bool, replaced: Sequence[int] = (), now: datetime
) -> Owed:
    """Hold what people heard against how a shift stands; `replaced` are the disproved ones that it stands for.

    Nobody is owed what they heard last, nor what is on its way to them.
    """
    by_subscription: dict[int, list[Copy]] = defaultdict(list)
    for copy in copies:
        by_subscription[copy.subscription_id].append(copy)
    said: list[Said] = []
    unheard: dict[int, frozenset[ChannelKind]] = {}
    known = set()
    for subscription_id, all_theirs in by_subscription.items():
        theirs = [_as_it_counts(copy, replaced) for copy in all_theirs]
        ears = {one: _listen(theirs, one, now) for one in dict.fromkeys(copy.channel for copy in theirs) if one}
        if stands:
            owed = {by: _rise(shift_id, replaced, ear) for by, ear in ears.items()}
        else:
            owed = {by: _fall(shift_id, ear) for by, ear in ears.items()}
        said += _said(subscription_id, owed, ears)
        about = [copy for copy in theirs if copy.shift_id in (shift_id, *replaced)]
        if any(copy.fate is not Fate.MOOT for copy in about):
            known.add(subscription_id)
            moot = {copy.channel for copy in about if copy.fate is Fate.MOOT and copy.channel}
            unheard[subscription_id] = frozenset(by for by in moot if not _knows(shift_id, replaced, ears[by]))
    return Owed(tuple(said), unheard, frozenset(known))


def _as_it_counts(copy: Copy, replaced: Sequence[int]) -> Copy:
    """Of what another shift stands for now only that counts which was heard: what waits will not be sent any more."""
    unheard = copy.shift_id in replaced and copy.fate in (Fate.WAITS, Fate.LOST)
    return replace(copy, fate=Fate.MOOT) if unheard else copy


def _listen(copies: Sequence[Copy], channel: ChannelKind, now: datetime) -> _Ear:
    ear = _Ear()
    for copy in sorted(copies, key=lambda one: one.alert_id):
        if copy.channel not in (channel, None):
            continue
        match copy.fate:
            case Fate.HEARD:
                _hear(ear, copy)
                ear.changes += copy.news is not News.DETECTED and copy.raised_at > now - A_WEEK
            case Fate.LOST:
                _lose(ear, copy)
            case Fate.WAITS:
                _expect(ear, copy)
            case Fate.MOOT:
                pass
    return ear


def _hear(ear: _Ear, copy: Copy) -> None:
    if copy.news is News.WITHDRAWN:
        ear.standing.pop(copy.shift_id, None)
        ear.taken_back[copy.shift_id] = copy.reason
        return
    ear.standing.pop(copy.instead_of or 0, None)
    ear.taken_back.pop(copy.shift_id, None)
    ear.standing[copy.shift_id] = copy.reason


def _lose(ear: _Ear, copy: Copy) -> None:
    """What was tried in vain is not tried for ever: a lost withdrawal counts as made."""
    ear.standing.pop(copy.shift_id if copy.news is News.WITHDRAWN else copy.instead_of or 0, None)
    ear.lost.add(copy.shift_id)


def _expect(ear: _Ear, copy: Copy) -> None:
    if copy.news is News.WITHDRAWN:
        ear.falling.add(copy.shift_id)
        return
    ear.rising.add(copy.shift_id)
    ear.falling.add(copy.instead_of or 0)


Correction = tuple[News, int | None, WhyAlerted]


def _rise(shift_id: int, replaced: Sequence[int], ear: _Ear) -> Correction | None:
    if shift_id in ear.standing or shift_id in ear.rising:
        return None
    for other in reversed(replaced):
        if other in ear.standing:
            return News.CORRECTED, other, ear.standing[other]
    for other in (shift_id, *reversed(replaced)):
        if other in ear.taken_back:
            return News.CORRECTED, None if other == shift_id else other, ear.taken_back[other]
    return None


def _fall(shift_id: int, ear: _Ear) -> Correction | None:
    if shift_id not in ear.standing or shift_id in ear.falling:
        return None
    return News.WITHDRAWN, None, ear.standing[shift_id]


def _knows(shift_id: int, replaced: Sequence[int], ear: _Ear) -> bool:
    """Tell whether something of a shift was heard, is on its way or got lost."""
    return any(one in ear.standing or one in ear.taken_back or one in ear.rising for one in (shift_id, *replaced)) or (
        shift_id in ear.lost
    )


def _said(
    subscription_id: int, owed: Mapping[ChannelKind, Correction | None], ears: Mapping[ChannelKind, _Ear]
) -> list[Said]:
    """Channels that are owed the same share one alert."""
    shared: dict[Correction, list[tuple[ChannelKind, timedelta]]] = defaultdict(list)
    for channel, correction in owed.items():
        if correction is not None:
            wait = SETTLING[min(ears[channel].changes, len(SETTLING) - 1)]
            shared[correction].append((channel, wait))
    return [Said(subscription_id, news, other, why, tuple(ways)) for (news, other, why), ways in shared.items()]


def how_often(copies: Sequence[Copy]) -> Counter[tuple[int, int, News]]:
    """Count the alerts of each shift, subscription and kind of news."""
    alerts = {copy.alert_id: (copy.shift_id, copy.subscription_id, copy.news) for copy in copies}
    return Counter(alerts.values())
