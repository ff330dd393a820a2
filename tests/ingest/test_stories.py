"""Copies and updates of a text are one story; texts written apart are not."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from services.ingest.records import ArticleRecord, store_record
from services.ingest.stories import fingerprint, is_same_story
from shared.tables import Article
from shared.transaction import Begin
from tests.ingest.conftest import NOW

WIRE = " ".join(f"river{n * 7 % 16} council{n * 5 % 13} number{n}" for n in range(150))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(WIRE, True, id="the same"),
        pytest.param(WIRE.upper().replace(" number9 ", " — number9, "), True, id="other case and punctuation"),
        pytest.param(
            f"METROPOLIS (Wire) — {WIRE} Additional reporting by the desk.", True, id="a wire copy with trimmings"
        ),
        pytest.param(f"{WIRE} {' '.join(f'later{n}' for n in range(90))}", True, id="an update that adds a fifth"),
        pytest.param(WIRE[: len(WIRE) // 3], False, id="a third of it"),
        pytest.param(" ".join(f"other{n}" for n in range(450)), False, id="another text"),
    ],
)
def test_which_texts_are_one_story(other: str, same: bool, begin: Begin, session: Session) -> None:
    assert is_same_story(WIRE, other) is same
    for number, text in enumerate((WIRE, other)):
        at = NOW + timedelta(hours=number)
        record = ArticleRecord(url=f"http://{number}.example/", title="T", published=at, source="O", text=text)
        store_record(record, begin=begin, now=NOW)
    stories = set(session.exec(select(Article.story_id)))
    assert (len(stories) == 1) is same


def test_short_texts_are_one_story_only_when_equal() -> None:
    assert fingerprint("Too short to tell.").bands == ()
    assert fingerprint("Too short to tell.") == fingerprint("too short, to tell")
    assert not is_same_story("Too short to tell.", "Too short to tell now.")


def test_a_fingerprint_is_the_same_on_every_machine() -> None:
    assert fingerprint(WIRE).bands[0] == "0:9f77b49fec6d3ed0"
