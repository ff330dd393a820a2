"""A shift that falls and stands again, again and again: each change that matters is heard once, the last one always."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from services.alert.channels.base import Interrupted, Outcome, Parcel, Unreachable
from services.alert.hearing import Copy, Fate, what_is_owed
from services.alert.matching import WhyAlerted
from shared.vocabulary import ChannelKind, Frequency, News
from tests.alert.builders import NOW
from tests.alert.world import DAY, HOOK, HOUR, World

DETECTED, WITHDRAWN, CORRECTED = News.DETECTED, News.WITHDRAWN, News.CORRECTED
MINUTE = timedelta(minutes=1)


def heard(world: World) -> list[News]:
    return [news for _, news, _ in world.told]


def test_the_first_fall_and_the_first_return_are_told_at_once_and_later_ones_once_they_last(world: World) -> None:
    world.subscribe()
    shift_id = world.detect()
    fall(world, shift_id)
    world.restore(shift_id)
    assert heard(world) == [DETECTED, WITHDRAWN, CORRECTED]
    fall(world, shift_id)
    assert len(world.told) == 3
    world.run(later=HOUR)
    assert heard(world)[3:] == [WITHDRAWN]
    world.restore(shift_id)
    world.run(later=3 * HOUR)
    assert len(world.told) == 4
    world.run(later=HOUR)
    assert heard(world)[4:] == [CORRECTED]
    assert len({parcel.key for parcel in world.parcels}) == 5


def test_a_day_of_flapping_is_no_flood_and_ends_with_how_it_stands(world: World) -> None:
    world.subscribe()
    shift_id = world.detect()
    for _ in range(6):
        fall(world, shift_id)
        world.run(later=HOUR / 2)
        world.restore(shift_id)
        world.run(later=HOUR / 2)
    fall(world, shift_id)
    world.run(later=DAY)
    assert len(world.told) <= 7
    assert heard(world)[-1] is WITHDRAWN
    assert all(one is not other for one, other in pairwise(heard(world)))
    world.run(later=DAY)
    assert heard(world)[-1] is WITHDRAWN


def test_what_fell_before_the_digest_and_stands_again_is_told_as_if_for_the_first_time(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY)
    shift_id = world.detect()
    fall(world, shift_id)
    world.run(later=DAY)
    assert world.told == []
    world.restore(shift_id)
    world.run(later=DAY)
    assert heard(world) == [DETECTED]


def test_between_two_digests_only_how_it_stands_at_the_second_counts(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY)
    shift_id = world.detect()
    world.run(later=DAY)
    fall(world, shift_id)
    world.restore(shift_id)
    world.run(later=DAY)
    assert heard(world) == [DETECTED]
    fall(world, shift_id)
    world.restore(shift_id)
    fall(world, shift_id)
    world.run(later=DAY)
    assert heard(world) == [DETECTED, WITHDRAWN]


def test_each_channel_hears_what_it_does_not_know_yet(world: World) -> None:
    """A program was told at once; the digest by mail has not left when the shift falls and stands again."""
    world.subscribe(**{**HOOK, "email": "desk@paper.example", "frequency": Frequency.DAILY})
    shift_id = world.detect()
    fall(world, shift_id)
    world.run(later=DAY)
    world.restore(shift_id)
    world.run(later=DAY)
    by_hook = [parcel.message.news for parcel in world.parcels if parcel.secrets]
    by_mail = [parcel.message.news for parcel in world.parcels if not parcel.secrets]
    assert (by_hook, by_mail) == ([DETECTED, WITHDRAWN, CORRECTED], [DETECTED])


def test_two_turns_that_take_turns_are_each_named_for_the_other(world: World) -> None:
    world.subscribe()
    first = world.detect(1, days=10)
    world.disprove(first)
    second = world.detect(2, days=8)
    world.disprove(second)
    world.restore(first)
    world.run(later=HOUR)
    told = [(one.message.news, one.message.report.shift_id, one.message.occasion.instead_of) for one in world.parcels]
    assert told == [(DETECTED, first, None), (CORRECTED, second, first), (CORRECTED, first, second)]
    world.run(later=DAY)
    assert len(world.parcels) == 3


def test_a_withdrawal_that_may_have_arrived_is_answered_when_the_shift_stands_again(world: World) -> None:
    world.subscribe()
    shift_id = world.detect()

    def cut(parcel: Parcel) -> Outcome:
        return Interrupted("cut") if parcel.message.news is WITHDRAWN else Unreachable("not yet")

    taken, world.answer = world.answer, cut
    fall(world, shift_id)
    world.answer = taken
    world.restore(shift_id)
    world.run(later=DAY)
    assert heard(world) == [DETECTED, WITHDRAWN, CORRECTED]


def fall(world: World, shift_id: int) -> None:
    world.disprove(shift_id)
    world.run()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2_000)), max_size=40), st.sampled_from([0, 60, 1440]))
@settings(max_examples=300, deadline=None)
def test_however_it_flaps_nobody_hears_a_thing_twice_nor_ends_up_with_the_wrong_one(
    turns: list[tuple[bool, int]], rhythm: int
) -> None:
    """One channel, digests every `rhythm` minutes, and a shift that changes or not after so many minutes."""
    copies: list[tuple[Copy, int]] = []
    stands, clock = True, 0
    for stands_next, pause in ((True, 0), *turns):
        clock = send_what_is_due(copies, stands=stands, end=clock + pause)
        stands = stands_next
        owe(copies, stands=stands, clock=clock, rhythm=rhythm)
    send_what_is_due(copies, stands=stands, end=clock + 10 * 24 * 60)
    news = [copy.news for copy, _ in copies if copy.fate is Fate.HEARD]
    assert all((one is WITHDRAWN) is not (other is WITHDRAWN) for one, other in pairwise(news))
    assert not news or news[0] is DETECTED
    assert (bool(news) and news[-1] is not WITHDRAWN) is stands
    if clock <= 7 * 24 * 60:
        assert len(news) <= 3 + 3 + clock // (24 * 60)


def owe(copies: list[tuple[Copy, int]], *, stands: bool, clock: int, rhythm: int) -> None:
    now = NOW + clock * MINUTE
    owed = what_is_owed(1, [copy for copy, _ in copies], stands=stands, now=now)
    due = (clock // rhythm + 1) * rhythm if rhythm else clock
    told = [(said.news, wait // MINUTE) for said in owed.said for _, wait in said.ways]
    if stands and (1 not in owed.known or ChannelKind.EMAIL in owed.unheard[1]):
        told.append((DETECTED, 0))
    assert len(told) <= 1
    for news, wait in told:
        number = len(copies) + 1
        copy = Copy(number, 1, 1, news, None, WhyAlerted.FIGURE, now, ChannelKind.EMAIL, Fate.WAITS)
        copies.append((copy, max(due, clock + wait)))


def send_what_is_due(copies: list[tuple[Copy, int]], *, stands: bool, end: int) -> int:
    for place, (copy, due) in enumerate(copies):
        if copy.fate is Fate.WAITS and due <= end:
            true_still = stands is (copy.news is not WITHDRAWN)
            fate = Fate.HEARD if true_still else Fate.MOOT
            copies[place] = (replace(copy, fate=fate), due)
    return end
