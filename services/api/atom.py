"""Shifts as an Atom feed (RFC 4287), for people who follow the news in a feed reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from services.api.pages import filled
from services.api.views import ShiftView
from shared.clock import iso_z
from shared.links import timeline_url

ATOM = "http://www.w3.org/2005/Atom"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
register_namespace("", ATOM)


@dataclass(frozen=True, slots=True)
class FeedTitle:
    """What a feed is called, where it is, and when it began: the time of a feed that is still empty."""

    words: str
    url: str
    since: datetime


def write_feed(title: FeedTitle, shifts: Sequence[ShiftView], *, public_url: str) -> bytes:
    """Write a feed, its entries in the given order."""
    feed = Element(f"{{{ATOM}}}feed")
    updated = max((shift.detected_at for shift in shifts), default=title.since)
    _text(feed, "id", title.url)
    _text(feed, "title", title.words)
    _text(feed, "updated", iso_z(updated))
    _text(SubElement(feed, f"{{{ATOM}}}author"), "name", "stancewatch")
    SubElement(feed, f"{{{ATOM}}}link", rel="self", href=title.url)
    for shift in shifts:
        _entry(feed, shift, public_url)
    body: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _entry(feed: Element, shift: ShiftView, public_url: str) -> None:
    entry = SubElement(feed, f"{{{ATOM}}}entry")
    address = f"{timeline_url(public_url, shift.figure, shift.issue)}#shift{shift.id}"
    _text(entry, "id", address)
    _text(entry, "title", f"{shift.figure_name} on {shift.issue_name}: {shift.from_stance} → {shift.to_stance}")
    _text(entry, "published", iso_z(shift.at))
    _text(entry, "updated", iso_z(shift.detected_at))
    SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=address)
    SubElement(entry, f"{{{ATOM}}}category", term=shift.kind)
    _text(entry, "content", filled("entry.html", shift=shift)).set("type", "html")


def _text(parent: Element, name: str, words: str) -> Element:
    child = SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = NOT_IN_XML.sub("", words)
    return child
