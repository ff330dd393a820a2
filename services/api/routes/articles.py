"""What became of articles, counted, and each feed's log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query

from services.api.census import census, feed_log
from services.api.deps import Edges, edges_of
from services.api.problems import described
from services.api.routes.names import RowId
from services.api.schemas import Answer, Moment
from shared.tables import Feed
from shared.vocabulary import PollOutcome

router = APIRouter(prefix="/api/v1", tags=["feeds"])
EdgesHere = Annotated[Edges, Depends(edges_of)]
Most = Annotated[int, Query(ge=1, le=500)]


class ArticleCounts(Answer):
    """How many articles there are, by what was noted of them; `not_tagged` ones are in a language nobody reads."""

    articles: int
    history: int
    revised: int
    not_tagged: int
    unreadable: int
    waiting: int
    languages: dict[str, int]
    pages: dict[str, int]
    methods: dict[str, int]
    dates: dict[str, int]


class PollItem(Answer):
    """One request for a feed: when, what came, how many entries, how many new, and why not."""

    at: Moment
    outcome: PollOutcome
    entries: int
    new: int
    gap: bool
    detail: str


class FeedLog(Answer):
    """The latest requests for a feed, the newest first, and what its articles came to."""

    items: tuple[PollItem, ...]
    counts: ArticleCounts


@router.get("/articles/counts", responses=described(401, 422, 429))
def counts(edges: EdgesHere) -> ArticleCounts:
    """Count articles by language, kind of page, and where their text and their date came from."""
    with edges.read() as session:
        return ArticleCounts.model_validate(census(session))


@router.get("/feeds/{feed_id}/log", responses=described(401, 404, 422, 429))
def log(feed_id: RowId, edges: EdgesHere, most: Most = 50) -> FeedLog:
    """Show the log of a feed."""
    with edges.read() as session:
        if session.get(Feed, feed_id) is None:
            raise HTTPException(404, f"there is no feed {feed_id}")
        found = feed_log(session, feed_id, most=most)
        tally = ArticleCounts.model_validate(census(session, feed_id=feed_id))
    return FeedLog(items=tuple(map(PollItem.model_validate, found)), counts=tally)
