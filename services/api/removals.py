"""Articles that people take out of the record, and put back; a tombstone keeps a poll from bringing one again."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from shared.events import ArticleIngested
from shared.failures import UserMistake
from shared.tables import Article
from shared.transaction import Transaction


def remove_article(tx: Transaction, url: str, *, why: str, now: datetime) -> None:
    """Take an article out of every timeline; shifts that rest on it alone are withdrawn, and who was told hears it."""
    article = _found(tx.session, url)
    if article.removed_at is not None:
        raise UserMistake(f"{url} was removed on {article.removed_at:%Y-%m-%d}: {article.removed_because}")
    article.removed_at, article.removed_because = now, why
    tx.session.add(article)
    _read_again(tx, article)


def restore_article(tx: Transaction, url: str) -> None:
    """Put a removed article back; it is read again."""
    article = _found(tx.session, url)
    if article.removed_at is None:
        raise UserMistake(f"{url} is not removed; there is nothing to restore")
    article.removed_at, article.removed_because = None, ""
    tx.session.add(article)
    _read_again(tx, article)


def _found(session: Session, url: str) -> Article:
    article = session.exec(select(Article).where(Article.url == url)).first()
    if article is None:
        raise UserMistake(f"there is no article at {url}; give its address as the statements name it")
    return article


def _read_again(tx: Transaction, article: Article) -> None:
    # The tagger finds nothing in a removed article, so this is no other path than that of a correction.
    assert article.id is not None
    tx.session.flush()
    tx.emit(ArticleIngested(article_id=article.id))
