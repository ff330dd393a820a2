"""How people are told over time: digests, caps, and corrections of what was disproved."""

from __future__ import annotations

from services.alert.channels.base import Accepted, Postponed, Rejected
from shared.events import ShiftWithdrawn
from shared.tables import Shift
from shared.vocabulary import DeliveryState, Frequency, News, ShiftStatus, WhyWithdrawn
from tests.alert.world import DAY, HOOK, HOUR, World


def test_a_digest_tells_at_its_hour_of_all_that_came_together(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY)
    for number in range(3):
        world.detect(number)
    assert world.told == []
    world.run(later=DAY)
    assert world.told == [("desk", News.DETECTED, 3)]
    assert world.states == [DeliveryState.DELIVERED] * 3
    world.run(later=DAY)
    assert len(world.parcels) == 1


def test_a_digest_that_fails_is_tried_again_as_a_whole(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY)
    world.detect(1)
    world.detect(2)
    world.answer = lambda _: Postponed("SMTP 451")
    world.run(later=DAY)
    assert world.states == [DeliveryState.RETRY, DeliveryState.PENDING]
    world.answer = lambda _: Accepted("OK")
    world.run(later=HOUR)
    assert world.states == [DeliveryState.DELIVERED] * 2
    assert len({parcel.key for parcel in world.parcels}) == 1


def test_what_is_disproved_before_the_digest_is_left_out(world: World) -> None:
    world.subscribe(frequency=Frequency.DAILY)
    first, second, third = (world.detect(number) for number in range(3))
    world.disprove(first)
    world.disprove(third)
    world.run(later=DAY)
    assert [one.message.report.shift_id for one in world.parcels] == [second]
    assert world.told == [("desk", News.DETECTED, 1)]
    assert world.states == [DeliveryState.DEAD, DeliveryState.DELIVERED, DeliveryState.DEAD]


def test_beyond_the_cap_comes_one_summary(world: World) -> None:
    world.subscribe(most_per_hour=2)
    for number in range(5):
        world.detect(number)
    assert world.told == [("desk", News.DETECTED, 1)] * 2
    world.run(later=HOUR)
    assert world.told[2:] == [("desk", News.DETECTED, 3)]


def test_programs_get_every_call_at_once(world: World) -> None:
    world.subscribe(frequency=Frequency.WEEKLY, most_per_hour=1, quiet_from=0, quiet_until=23, **HOOK)
    world.detect(1)
    world.detect(2)
    assert world.told == [("desk", News.DETECTED, 1)] * 2


def test_a_disproved_alert_is_withdrawn_once_from_those_who_had_it(world: World) -> None:
    world.subscribe("desk")
    world.answer = lambda parcel: Rejected("SMTP 554") if "wire" in parcel.address else Accepted("OK")
    world.subscribe("wire")
    shift_id = world.detect()
    world.parcels.clear()
    world.disprove(shift_id)
    world.run()
    assert world.told == [("desk", News.WITHDRAWN, 1)]
    world.run(later=DAY)
    assert len(world.parcels) == 1


def test_a_turn_that_later_articles_show_otherwise_is_corrected_and_not_told_anew(world: World) -> None:
    world.subscribe("desk")
    first = world.detect(1, days=10)
    world.parcels.clear()
    world.subscribe("new")
    world.disprove(first)
    second = world.detect(2, days=8)
    assert sorted(world.told) == [("desk", News.CORRECTED, 1), ("new", News.DETECTED, 1)]
    (correction,) = (one.message for one in world.parcels if one.message.news is News.CORRECTED)
    assert correction.report.shift_id == second
    assert correction.disproved is not None
    assert correction.disproved.shift_id == first


def test_who_was_told_of_the_other_turn_before_gets_a_withdrawal(world: World) -> None:
    world.subscribe("desk")
    world.detect(1, days=8)
    second = world.detect(2, days=10)
    world.parcels.clear()
    world.disprove(second)
    world.run()
    world.run(later=HOUR)
    assert world.told == [("desk", News.WITHDRAWN, 1)]


def test_who_heard_of_a_withdrawal_hears_that_the_turn_stands_again(world: World) -> None:
    world.subscribe("desk")
    shift_id = world.detect()
    world.disprove(shift_id)
    world.run()
    world.subscribe("new")
    world.parcels.clear()
    world.restore(shift_id)
    assert sorted(world.told) == [("desk", News.CORRECTED, 1), ("new", News.DETECTED, 1)]
    notices = {one.message.news: one.message.notice for one in world.parcels}
    assert "stands again" in notices[News.CORRECTED]


def test_what_falls_back_to_waiting_is_withdrawn_with_its_reason(world: World) -> None:
    world.subscribe("desk")
    shift_id = world.detect()
    world.parcels.clear()
    with world.begin() as tx:
        shift = tx.session.get_one(Shift, shift_id)
        shift.status, shift.withdrawn_because = ShiftStatus.PENDING, WhyWithdrawn.WAITS_AGAIN
        tx.emit(ShiftWithdrawn(shift_id=shift_id))
    world.run()
    assert world.told == [("desk", News.WITHDRAWN, 1)]
    assert "one witness alone" in world.parcels[0].message.notice
