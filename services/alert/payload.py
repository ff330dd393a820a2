"""The body of a webhook: what happened, in the product's words, small enough for any receiver."""

from __future__ import annotations

import json
from typing import Any

from services.alert.early_warning import EarlyWarning, Telling
from services.alert.message import Message
from services.alert.values import ShiftReport, Witness
from shared.clock import iso_z

LARGEST_BODY = 20_000  # bytes; Standard Webhooks asks for less than 20 kB
_CUTS = (4_000, 1_000, 250, 60)  # characters left of each text, the most generous that fits


def webhook_body(message: Telling) -> bytes:
    """Write a message as the JSON that is signed and sent; the same message always gives the same bytes."""
    for longest in _CUTS:
        body = _written(message, longest)
        if len(body) < LARGEST_BODY:
            break
    return body


def _written(message: Telling, longest: int) -> bytes:
    report = message.report
    told = _pressure(message, longest) if isinstance(message, EarlyWarning) else _shift(message, longest)
    event: dict[str, Any] = {
        "type": message.news.value,
        "timestamp": iso_z(message.occasion.raised_at),
        "data": {
            "figure": {"id": report.figure_id, "name": _cut(report.figure_name, longest)},
            "issue": {
                "id": report.issue_id,
                "name": _cut(report.issue_name, longest),
                "proposition": _cut(report.proposition, longest),
            },
            **told,
            "subscription": _cut(message.occasion.subscription, longest),
            "reason": message.occasion.reason.value,
            "url": message.links.timeline,
        },
    }
    if isinstance(message, Message) and message.disproved is not None:
        event["data"]["disproved"] = _disproved(message.disproved, longest)
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _shift(message: Message, longest: int) -> dict[str, object]:
    report = message.report
    return {
        "kind": report.kind.value,
        "from": report.from_stance.value,
        "to": report.to_stance.value,
        "at": iso_z(report.at),
        "confidence": round(report.confidence, 4),
        "basis": report.basis.value,
        "before": _witness(report.before, longest),
        "after": _witness(report.after, longest),
    }


def _pressure(message: EarlyWarning, longest: int) -> dict[str, object]:
    report = message.report
    return {
        "toward": report.toward.value,
        "sources": report.sources,
        "since": iso_z(report.since),
        "until": iso_z(report.until),
        "calls": [_witness(call, longest) for call in report.calls],
    }


def _disproved(report: ShiftReport, longest: int) -> dict[str, object]:
    return {"kind": report.kind.value, "at": iso_z(report.at), "after": _witness(report.after, longest)}


def _witness(witness: Witness, longest: int) -> dict[str, str | bool]:
    return {
        "stance": witness.stance.value,
        "evidence": _cut(witness.evidence, longest),
        "own_words": witness.own_words,
        "published": iso_z(witness.published_at),
        "outlet": _cut(witness.outlet, longest),
        "url": _whole(witness.url, longest),
        "title": _cut(witness.title, longest),
    }


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _whole(url: str, longest: int) -> str:
    """A link that was cut leads elsewhere: leave it out instead."""
    return url if len(url) <= longest else ""
