from __future__ import annotations

import json
from dataclasses import replace

import pytest

from services.alert.payload import LARGEST_BODY, webhook_body
from tests.alert.builders import AFTER, BEFORE, a_message


def test_the_body_tells_the_whole_shift() -> None:
    event = json.loads(webhook_body(a_message()))
    assert event["type"] == "shift.detected"
    assert event["timestamp"] == "2026-03-02T09:30:00Z"
    assert event["data"] == {
        "figure": {"id": "ada-quill", "name": "Ada Quill"},
        "issue": {
            "id": "harbour-toll",
            "name": "Harbour toll",
            "proposition": "The city should charge a toll at the harbour.",
        },
        "kind": "commitment",
        "from": "mixed",
        "to": "against",
        "at": "2026-03-02T08:30:00Z",
        "confidence": 0.91,
        "basis": "shown",
        "before": {
            "stance": "mixed",
            "evidence": BEFORE.evidence,
            "own_words": True,
            "published": "2026-02-26T09:30:00Z",
            "outlet": "Harbour Gazette",
            "url": "https://gazette.example/toll-split",
            "title": "Council splits over harbour toll",
        },
        "after": {
            "stance": "against",
            "evidence": AFTER.evidence,
            "own_words": True,
            "published": "2026-03-02T08:30:00Z",
            "outlet": "Evening Ledger",
            "url": "https://ledger.example/toll-turn",
            "title": "Mayor turns on harbour toll",
        },
        "subscription": "desk",
        "reason": "asked_for_figure_and_issue",
        "url": "https://watch.example/figures/ada-quill/issues/harbour-toll",
    }


@pytest.mark.parametrize("letter", ["x", "\x00", "議", "🚢", "\ud800"])
def test_the_body_stays_small_whatever_the_articles_hold(letter: str) -> None:
    flood = replace(BEFORE, evidence=letter * 30_000, title=letter * 30_000, outlet=letter * 30_000)
    body = webhook_body(a_message(before=flood, after=flood, proposition=letter * 30_000))
    assert len(body) < LARGEST_BODY
    assert json.loads(body)["data"]["before"]["evidence"].endswith("…")


def test_a_link_that_does_not_fit_is_left_out_whole() -> None:
    long_link = replace(BEFORE, url="https://gazette.example/" + "x" * 9_000)
    assert json.loads(webhook_body(a_message(before=long_link)))["data"]["before"]["url"] == ""


def test_the_same_message_gives_the_same_bytes() -> None:
    assert webhook_body(a_message()) == webhook_body(a_message())
