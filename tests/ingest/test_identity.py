"""An entry is known again by guid, link, or title and date, in that order."""

from dataclasses import replace
from datetime import UTC, datetime

from services.ingest.identity import LONGEST_KEY, identify
from services.ingest.values import Entry

FEED = "http://outlet.example/feed"
ENTRY = Entry(guid="tag:1", link="http://outlet.example/1", title="T", published_at=datetime(2016, 1, 1, tzinfo=UTC))


def key(entry: Entry) -> str:
    (candidate,) = identify([entry], feed_url=FEED)
    return candidate.key


def test_the_guid_decides_where_there_is_one() -> None:
    assert key(ENTRY) == key(replace(ENTRY, link="http://outlet.example/moved", title="New"))


def test_without_a_guid_the_link_decides() -> None:
    bare = replace(ENTRY, guid="")
    assert key(bare) == key(replace(bare, title="New", link="http://outlet.example/1?utm_medium=feed"))


def test_without_both_title_and_date_decide() -> None:
    bare = replace(ENTRY, guid="", link="javascript:void(0)")
    assert key(bare) == key(replace(bare, content="edited"))
    assert key(bare) != key(replace(bare, title="Another"))


def test_a_move_to_https_changes_no_identity() -> None:
    entry = replace(ENTRY, guid="http://outlet.example/1")
    assert key(entry) == key(replace(entry, guid="https://outlet.example/1", link="https://outlet.example/1"))


def test_one_guid_on_two_links_is_two_entries() -> None:
    found = identify([ENTRY, replace(ENTRY, link="http://outlet.example/2")], feed_url=FEED)
    assert [candidate.url for candidate in found] == ["http://outlet.example/1", "http://outlet.example/2"]
    assert len({candidate.key for candidate in found}) == 2


def test_a_key_stays_short_enough_for_an_index() -> None:
    one, other = replace(ENTRY, guid="é" * 2_000), replace(ENTRY, guid="é" * 2_000, link="http://outlet.example/2")
    keys = [candidate.key for candidate in identify([one, other], feed_url=FEED)]
    assert len(set(keys)) == 2
    assert max(map(len, keys)) <= LONGEST_KEY


def test_the_same_entry_twice_is_one() -> None:
    assert len(identify([ENTRY, ENTRY], feed_url=FEED)) == 1


def test_an_entry_without_a_link_gets_an_address_of_its_own() -> None:
    (candidate,) = identify([replace(ENTRY, link="")], feed_url=FEED)
    assert candidate.url.startswith(f"{FEED}#")
