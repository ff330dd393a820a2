"""Giving a message its text and HTML form with templates that only fill in: words are chosen elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from services.alert.asking import Question
from services.alert.early_warning import Telling, counted
from services.alert.message import STANCE_WORDS
from services.alert.picture import in_words
from shared.clock import iso_z
from shared.vocabulary import News

# what no text may carry into a mail's body: controls other than line ends and tabs, reversing marks, lone surrogates
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# what a template that somebody else wrote may stumble over
BROKEN = (TemplateError, OSError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError)
TEMPLATES = ("alert.txt.jinja", "alert.html.jinja", "question.txt.jinja", "question.html.jinja")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rendered:
    """The two bodies of one mail."""

    text: str
    html: str


def render(
    messages: Sequence[Telling], *, pictures: Mapping[int, str] | None = None, folder: Path | None = None
) -> Rendered:
    """Fill the alert templates with a message, or with all messages of a digest.

    `pictures` are the content ids of timelines, by the message's place. Templates in `folder` go before ours.
    """
    names = {"messages": messages, "first": messages[0], "pictures": pictures or {}}
    return Rendered(_filled("alert.txt.jinja", names, folder), _filled("alert.html.jinja", names, folder))


def render_question(question: Question, *, folder: Path | None = None) -> Rendered:
    """Fill the templates of the one mail that comes before a yes."""
    names = {"question": question}
    return Rendered(_filled("question.txt.jinja", names, folder), _filled("question.html.jinja", names, folder))


def try_out(template: str, names: Mapping[str, Any], folder: Path) -> str:
    """Fill a template of a folder and return what is wrong with it, nothing where it is good or not there."""
    if not (folder / template).is_file():
        return ""
    try:
        _environment(folder).get_template(template).render(names)
    except BROKEN as error:
        line = getattr(error, "lineno", None)
        said = str(error).partition("\n")[0] or type(error).__name__
        return f"{folder / template}{f':{line}' if line else ''}: {said}"
    return ""


def readable_time(moment: datetime) -> str:
    """Write a time as a reader says it, in UTC."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def readable_day(moment: datetime) -> str:
    """Write a day as a reader says it, in UTC."""
    return f"{moment.day} {moment:%B %Y}"


def web_link(url: str) -> str:
    """Return `url` if it leads to a web page, else nothing: a mail offers no other kind of link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def _filled(template: str, names: Mapping[str, Any], folder: Path | None) -> str:
    """Fill a template; where somebody's own is broken, ours tells the news all the same."""
    if folder is not None:
        try:
            return _environment(folder).get_template(template).render(names)
        except BROKEN as error:
            log.warning("own_template_broken", template=template, reason=type(error).__name__)
    return _environment(None).get_template(template).render(names)


@lru_cache(maxsize=4)
def _environment(folder: Path | None) -> ImmutableSandboxedEnvironment:
    shipped = PackageLoader("services.alert")
    loader: BaseLoader = ChoiceLoader([FileSystemLoader(folder), shipped]) if folder else shipped
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        autoescape=lambda name: name is None or not name.endswith(".txt.jinja"),
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters = {"readable_time": readable_time, "readable_day": readable_day, "web_link": web_link, "iso_z": iso_z}
    environment.filters |= {**filters, "timeline_in_words": in_words}
    environment.globals |= {"stance_words": STANCE_WORDS, "News": News, "counted": counted}
    return environment


def _printable(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return _UNPRINTABLE.sub("", value)
    return value
