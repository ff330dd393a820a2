"""Recorded articles and saved feeds come in as they were recorded, or are refused with the place of the mistake."""

from pathlib import Path

import pytest
from sqlmodel import Session, select

from services.ingest.records import read_records, store_feed_file, store_record
from shared.events import ArticleIngested, DocumentFound, Event
from shared.failures import UserMistake
from shared.tables import Article, Document, Revision
from shared.transaction import Begin
from shared.vocabulary import DocumentState
from tests.ingest.builders import item, rss
from tests.ingest.conftest import NOW

LINE = (
    '{"url": "http://a.example/1?utm_x=1", "title": "T", "published": "2016-01-07T15:00:00Z", "source": "O",'
    ' "text": "A  b.\\n\\nC"}'
)


def recorded(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_record_is_stored_as_it_is_and_once(
    tmp_path: Path, begin: Begin, session: Session, published: list[Event]
) -> None:
    records = list(read_records(recorded(tmp_path, LINE, "", LINE)))
    stored = [store_record(record, begin=begin, now=NOW) for record in records]
    article = session.exec(select(Article)).one()
    assert stored == [article.id, None]
    assert (article.url, article.text, article.outlet) == ("http://a.example/1?utm_x=1", "A  b.\n\nC", "O")
    assert published == [ArticleIngested(article_id=article.id or 0)]
    assert session.exec(select(Document.state)).one() is DocumentState.READ


def test_a_record_that_comes_again_with_other_words_is_a_revision(
    tmp_path: Path, begin: Begin, session: Session, published: list[Event]
) -> None:
    corrected = LINE.replace("A  b.", "Not b.").replace("07T15", "08T15")
    records = list(read_records(recorded(tmp_path, LINE, corrected, corrected)))
    stored = [store_record(record, begin=begin, now=NOW) for record in records]
    article, revision = session.exec(select(Article)).one(), session.exec(select(Revision)).one()
    assert stored == [article.id, article.id, None]
    assert (article.text, article.revision, revision.text) == ("Not b.\n\nC", 2, "A  b.\n\nC")
    assert (article.published_at.day, article.revised_at and article.revised_at.day) == (7, 8)
    assert len(published) == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("{", "articles.jsonl:2: not JSON", id="not JSON"),
        pytest.param('{"url": "x"}', "articles.jsonl:2: title: ", id="a field is missing"),
        pytest.param(LINE.replace("Z", ""), "articles.jsonl:2: published: ", id="a date without a zone"),
        pytest.param("[1]", "articles.jsonl:2: the line: ", id="not an object"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(UserMistake, match=reason):
        list(read_records(recorded(tmp_path, LINE, line)))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserMistake, match="cannot be read"):
        list(read_records(tmp_path / "none.jsonl"))


def test_a_saved_feed_gives_documents_once(begin: Begin, session: Session, published: list[Event]) -> None:
    body = rss(item(1), item(2))
    assert [store_feed_file(body, source="feed.xml", begin=begin, now=NOW) for _ in range(2)] == [2, 0]
    assert published == [DocumentFound(document_id=1)]  # which stands for both


def test_a_file_that_is_no_feed_is_refused(begin: Begin) -> None:
    with pytest.raises(UserMistake, match=r"page.html: not a feed"):
        store_feed_file(b"<html><p>hello", source="page.html", begin=begin, now=NOW)
