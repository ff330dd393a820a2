"""Finding the story that an article tells, or beginning one."""

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from services.ingest.stories import fingerprint, is_same_story
from shared.tables import Article, Story, StoryBand

story: Table = Story.__table__  # type: ignore[attr-defined]
story_band: Table = StoryBand.__table__  # type: ignore[attr-defined]
MOST_CANDIDATES = 10


def story_of(session: Session, text: str) -> int:
    """Return the story that `text` tells: one of the same words, else of nearly the same, else a new one."""
    marks = fingerprint(text)
    same = session.scalar(select(story.c.id).where(story.c.text_hash == marks.text_hash))
    if same is not None:
        return int(same)
    near = _near_story(session, text, marks.bands)
    return near if near is not None else _begin_story(session, marks.text_hash, marks.bands)


def join_story(session: Session, article_id: int, text: str) -> None:
    """Let the story that an article tells be found by what the article reads like now, too."""
    marks = fingerprint(text)
    if marks.bands:
        story_id = session.execute(select(col(Article.story_id)).where(col(Article.id) == article_id)).scalar_one()
        _add_bands(session, story_id, marks.bands)


def _near_story(session: Session, text: str, bands: tuple[str, ...]) -> int | None:
    if not bands:
        return None
    sharing = select(story_band.c.story_id).where(story_band.c.band.in_(bands)).distinct()
    candidates = tuple(session.scalars(sharing.order_by(story_band.c.story_id).limit(MOST_CANDIDATES)))
    told = select(col(Article.story_id), col(Article.text)).where(col(Article.story_id).in_(candidates))
    for story_id, other in session.execute(told.order_by(col(Article.id)).limit(MOST_CANDIDATES)):
        if is_same_story(text, other):
            return int(story_id)
    return None


def _begin_story(session: Session, text_hash: str, bands: tuple[str, ...]) -> int:
    """Begin a story, or join the one that another worker began with the same words at the same moment."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(story).values(text_hash=text_hash).on_conflict_do_nothing())
    story_id: int = session.execute(select(story.c.id).where(story.c.text_hash == text_hash)).scalar_one()
    _add_bands(session, story_id, bands)
    return story_id


def _add_bands(session: Session, story_id: int, bands: tuple[str, ...]) -> None:
    if bands:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        rows = [{"band": band, "story_id": story_id} for band in bands]
        session.execute(insert(story_band).on_conflict_do_nothing(), rows)
