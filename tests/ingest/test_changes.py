"""Whether a known entry says something else."""

from datetime import timedelta

import pytest

from services.ingest.changes import Change, KnownEntry, compare, entry_hash
from services.ingest.values import Entry
from tests.ingest.conftest import NOW

KNOWN = KnownEntry(1, "Headline", "<p>She said no.</p><img src='/pixel?1'>", NOW)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("title", "content", "updated", "change"),
    [
        pytest.param("Headline", KNOWN.content, NOW, Change.NOTHING, id="the same"),
        pytest.param("Headline", "<div>She said  no.</div><img src='/pixel?2'>", NOW, Change.MARKUP, id="other markup"),
        pytest.param("Headline", "<p>She said yes.</p>", NOW, Change.WORDS, id="other words"),
        pytest.param("Corrected: headline", KNOWN.content, NOW, Change.WORDS, id="another title"),
        pytest.param("Headline", KNOWN.content, NOW + HOUR, Change.UPDATED, id="it only says so"),
        pytest.param("Headline", KNOWN.content, NOW - HOUR, Change.NOTHING, id="an earlier date"),
        pytest.param("Headline", KNOWN.content, None, Change.NOTHING, id="no date any more"),
        pytest.param("", "", NOW, Change.NOTHING, id="an entry that was emptied"),
    ],
)
def test_compare(title: str, content: str, updated: object, change: Change) -> None:
    entry = Entry(title=title, content=content, updated_at=updated)  # type: ignore[arg-type]
    assert compare(KNOWN, entry) is change


def test_a_hash_holds_title_and_content_apart() -> None:
    assert entry_hash(Entry(title="a", content="b")) != entry_hash(Entry(title="ab"))
