"""A mail shows a small timeline; it is the same on every try, never large, and a mail goes without it if need be."""

from __future__ import annotations

import struct
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from services.alert import picture
from services.alert.mail import Sender, compose
from services.alert.picture import LARGEST_PICTURE, Sketch, in_words, picture_of, sketch_of
from services.alert.timelines import MOST_POINTS
from services.alert.values import Point
from shared.vocabulary import Stance
from tests.alert.builders import NOW, REPORT, a_message, a_parcel

SENDER = Sender("stancewatch", "alerts@watch.example")
POINTS = tuple(
    Point(NOW - timedelta(days=days), stance, own_words)
    for days, stance, own_words in ((12, Stance.MIXED, True), (4, Stance.MIXED, False), (0.1, Stance.AGAINST, True))
)


def sent(**changes: Any) -> Any:
    mail = compose(a_parcel(message=a_message(**changes)), sender=SENDER)
    assert mail.as_bytes() == compose(a_parcel(message=a_message(**changes)), sender=SENDER).as_bytes()
    return message_from_bytes(mail.as_bytes(), policy=default)


def test_the_timeline_stands_in_the_mail_with_its_words() -> None:
    mail = sent(timeline=POINTS)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    shown = list(mail.walk())[-1]
    page, text = mail.get_body(("html",)).get_content(), mail.get_body(("plain",)).get_content()
    words = "Timeline: 18 Feb 2026 mixed; 26 Feb 2026 mixed; 2 Mar 2026 against"
    assert f'src="cid:{shown["Content-ID"].strip("<>")}"' in page
    assert f'alt="{words}"' in page
    assert words in text
    assert shown.get_content()[:8] == b"\x89PNG\r\n\x1a\n"
    assert shown.get_content_disposition() == "inline"


def test_one_stance_makes_no_line() -> None:
    assert sketch_of(REPORT) is None
    assert [part.get_content_type() for part in sent(timeline=POINTS[:1]).iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    "points",
    [
        pytest.param((POINTS[0],) * 2, id="all at one moment"),
        pytest.param((POINTS[0], Point(NOW + timedelta(days=20_000), Stance.FAVOR, True)), id="half a century"),
        pytest.param(
            tuple(
                Point(NOW + timedelta(hours=7 * n), list(picture.LEVELS)[n % 3], n % 2 == 0) for n in range(MOST_POINTS)
            ),
            id="as many as there may be",
        ),
    ],
)
def test_every_timeline_can_be_drawn_and_stays_small(points: tuple[Point, ...]) -> None:
    drawn = picture_of(Sketch(points, points[-1].at))
    assert drawn is not None
    assert len(drawn) < LARGEST_PICTURE / 2
    assert struct.unpack(">II", drawn[16:24]) == (2 * picture.WIDTH, 2 * picture.HEIGHT)


def test_what_cannot_be_drawn_stops_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(_: Sketch) -> bytes:
        raise RuntimeError("no fonts here")

    monkeypatch.setattr(picture, "_draw", stumble)
    picture._drawn.cache_clear()
    mail = sent(timeline=POINTS)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "cid:" not in mail.get_body(("html",)).get_content()
    picture._drawn.cache_clear()


def test_the_words_tell_the_latest_of_many() -> None:
    assert in_words(POINTS * 5, most=2) == "Timeline: ... 26 Feb 2026 mixed; 2 Mar 2026 against"
