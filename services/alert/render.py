"""Giving a message its text and HTML form with templates that only fill in: words are chosen elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from services.alert.asking import Question
from services.alert.message import STANCE_WORDS, Message
from shared.clock import iso_z
from shared.vocabulary import News

# what no text may carry into a mail's body: controls other than line ends and tabs, reversing marks, lone surrogates
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The two bodies of one mail."""

    text: str
    html: str


def render(messages: Sequence[Message]) -> Rendered:
    """Fill the alert templates with a message, or with all messages of a digest."""
    names = {"messages": messages, "first": messages[0]}
    return Rendered(
        text=_templates().get_template("alert.txt.jinja").render(names),
        html=_templates().get_template("alert.html.jinja").render(names),
    )


def render_question(question: Question) -> Rendered:
    """Fill the templates of the one mail that comes before a yes."""
    return Rendered(
        text=_templates().get_template("question.txt.jinja").render(question=question),
        html=_templates().get_template("question.html.jinja").render(question=question),
    )


def readable_time(moment: datetime) -> str:
    """Write a time as a reader says it, in UTC."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def web_link(url: str) -> str:
    """Return `url` if it leads to a web page, else nothing: a mail offers no other kind of link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("services.alert"),
        autoescape=select_autoescape(enabled_extensions=("html.jinja",), default=False),
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"readable_time": readable_time, "web_link": web_link, "iso_z": iso_z}
    environment.globals |= {"stance_words": STANCE_WORDS, "News": News}
    return environment


def _printable(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Markup):
        return _UNPRINTABLE.sub("", value)
    return value
