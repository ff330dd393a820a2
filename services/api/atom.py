"""Shifts and early warnings as an Atom feed (RFC 4287), for people who follow the news in a feed reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from services.api.pages import filled
from services.api.views import ShiftView
from services.api.warnings import PressureView
from shared.clock import iso_z
from shared.links import timeline_url
from shared.vocabulary import SignalKind

ATOM = "http://www.w3.org/2005/Atom"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
register_namespace("", ATOM)


@dataclass(frozen=True, slots=True)
class FeedTitle:
    """What a feed is called, where it is, and when it began: the time of a feed that is still empty."""

    words: str
    url: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, as a feed reader shows it."""

    address: str
    title: str
    published: datetime
    updated: datetime
    category: str
    content: str


def entry_of_shift(shift: ShiftView, *, public_url: str) -> Entry:
    """Write a change of position with both quotes."""
    return Entry(
        address=f"{timeline_url(public_url, shift.figure, shift.issue)}#shift{shift.id}",
        title=f"{shift.figure_name} on {shift.issue_name}: {shift.from_stance} → {shift.to_stance}",
        published=shift.at,
        updated=shift.detected_at,
        category=shift.kind,
        content=filled("entry.html", shift=shift),
    )


def entry_of_pressure(pressure: PressureView, *, public_url: str) -> Entry:
    """Write an early warning with the latest of the calls."""
    return Entry(
        address=f"{timeline_url(public_url, pressure.figure, pressure.issue)}#pressure{pressure.id}",
        title=f"Pressure on {pressure.figure_name} over {pressure.issue_name}: {pressure.sources} independent stories",
        published=pressure.noticed_at,
        updated=max(pressure.noticed_at, pressure.ended_at or pressure.noticed_at),
        category=SignalKind.PRESSURE,
        content=filled("entry_pressure.html", pressure=pressure),
    )


def write_feed(title: FeedTitle, entries: Sequence[Entry]) -> bytes:
    """Write a feed, its entries in the given order."""
    feed = Element(f"{{{ATOM}}}feed")
    updated = max((entry.updated for entry in entries), default=title.since)
    _text(feed, "id", title.url)
    _text(feed, "title", title.words)
    _text(feed, "updated", iso_z(updated))
    _text(SubElement(feed, f"{{{ATOM}}}author"), "name", "stancewatch")
    SubElement(feed, f"{{{ATOM}}}link", rel="self", href=title.url)
    for entry in entries:
        _entry(feed, entry)
    body: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _entry(feed: Element, this: Entry) -> None:
    entry = SubElement(feed, f"{{{ATOM}}}entry")
    _text(entry, "id", this.address)
    _text(entry, "title", this.title)
    _text(entry, "published", iso_z(this.published))
    _text(entry, "updated", iso_z(this.updated))
    SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=this.address)
    SubElement(entry, f"{{{ATOM}}}category", term=this.category)
    _text(entry, "content", this.content).set("type", "html")


def _text(parent: Element, name: str, words: str) -> Element:
    child = SubElement(parent, f"{{{ATOM}}}{name}")
    child.text = NOT_IN_XML.sub("", words)
    return child
