"""Pages for people: templates, escaped throughout, with links only to the web."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.clock import iso_z
from shared.vocabulary import ShiftKind, Stance

TEMPLATES = Path(__file__).parent / "templates"
MARKS = {Stance.FAVOR: "▲", Stance.MIXED: "◆", Stance.AGAINST: "▼"}


def page(template: str, **values: Any) -> HTMLResponse:
    """Answer with a filled template."""
    return HTMLResponse(filled(template, **values))


def filled(template: str, **values: Any) -> str:
    """Fill a template."""
    return _templates().get_template(template).render(**values)


def error_page(status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """Say on a page what went wrong."""
    title = HTTPStatus(status).phrase
    body = filled("error.html", status=status, title=title, detail=detail)
    return HTMLResponse(body, status_code=status, headers=dict(headers or {}))


def web_link(url: str) -> str:
    """Return `url` if it leads to the web, else nothing: other schemes may run where they are clicked."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return ""
    return url if scheme in ("http", "https") else ""


def in_words(moment: datetime) -> str:
    """Write a day as a reader would."""
    day = moment.astimezone(UTC)
    return f"{day.day} {day:%B %Y}"


def at_time(moment: datetime) -> str:
    """Write a time as a log does."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def rating(kind: ShiftKind) -> str:
    """Rate a shift as PolitiFact would."""
    return "full flop" if kind is ShiftKind.REVERSAL else "half flip"


def spaced(word: str) -> str:
    """Write an enum's word with spaces."""
    return word.replace("_", " ")


@lru_cache(maxsize=1)
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(web_link=web_link, in_words=in_words, iso=iso_z, rating=rating, spaced=spaced)
    templates.filters.update(at_time=at_time, zip=zip)
    templates.globals["marks"] = MARKS
    return templates
