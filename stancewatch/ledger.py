"""The JSON Lines that product.md fixes: statements, standing shifts and alerts, each group by time of publication."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from services.api import queries
from services.api.queries import Wanted
from services.api.views import AlertView, EvidenceView, ShiftView, StatementView
from services.extract.values import Reading
from shared.clock import iso_z
from shared.vocabulary import ShiftBasis, ShiftStatus

EVERYTHING = Wanted(most=2**31 - 1)
DIGITS = 4  # of a confidence; what lies beyond differs between processors

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every statement, the shifts that stand and the alerts, each group the oldest first."""

    statements: tuple[StatementView, ...] = ()
    shifts: tuple[ShiftView, ...] = ()
    alerts: tuple[AlertView, ...] = ()


def read_ledger(session: Session) -> Ledger:
    """Read all that a database holds."""
    statements = queries.statements(session, EVERYTHING)
    alerts = [one for one in queries.alerts(session, EVERYTHING) if one.shift.status is ShiftStatus.STANDING]
    return Ledger(
        tuple(sorted(statements, key=lambda one: (one.published, one.article, one.start, one.actor, one.issue))),
        tuple(sorted(queries.shifts(session, EVERYTHING, ShiftStatus.STANDING), key=_shift_order)),
        tuple(sorted(alerts, key=lambda one: (*_shift_order(one.shift), one.subscription))),
    )


def ledger_lines(ledger: Ledger) -> Iterator[Line]:
    """Yield the contract's lines: statements, then shifts, then alerts."""
    yield from map(statement_line, ledger.statements)
    yield from map(shift_line, ledger.shifts)
    yield from map(alert_line, ledger.alerts)


def statement_line(view: StatementView) -> Line:
    """Write a statement to the letter of the contract."""
    return {
        "type": "statement",
        "article": view.article,
        "published": iso_z(view.published),
        "actor": view.actor,
        "figure": view.figure,
        "issue": view.issue,
        "stance": view.stance.value,
        "confidence": round(view.confidence, DIGITS),
        "own_words": view.own_words,
        "evidence": view.evidence,
        "start": view.start,
        "end": view.end,
        **_chat(view),
    }


def shift_line(view: ShiftView) -> Line:
    """Write a shift to the letter of the contract."""
    return {
        "type": "shift",
        "figure": view.figure,
        "issue": view.issue,
        "from": view.from_stance.value,
        "to": view.to_stance.value,
        "kind": view.kind.value,
        "article": view.after.article,
        "at": iso_z(view.at),
        "confidence": round(view.confidence, DIGITS),
        "before": _evidence(view.before),
        "after": _evidence(view.after),
        **({"basis": view.basis.value} if view.basis is ShiftBasis.REPORTED else {}),
    }


def alert_line(view: AlertView) -> Line:
    """Write an alert to the letter of the contract."""
    return {
        "type": "alert",
        "subscription": view.subscription,
        "shift": shift_line(view.shift),
        "deliveries": [{"channel": one.channel.value, "state": one.state.value} for one in view.deliveries],
    }


def reading_lines(article: str, reading: Reading, text: str) -> Iterator[Line]:
    """Yield every actor and every attribution of one article, watched or not."""
    for actor in reading.actors:
        who = {"name": actor.name, "kind": actor.kind.value, "figure": actor.figure, "mentions": actor.mentions}
        yield {"type": "actor", "article": article, **who}
    for said in reading.attributions:
        line: Line = {"type": "attribution", "article": article, "kind": said.kind.value}
        for part, span in (("source", said.source), ("cue", said.cue), ("content", said.content)):
            line[part] = text[span.start : span.end] if span else None
            line[f"{part}_start"], line[f"{part}_end"] = span or (None, None)
        yield {**line, "actor": said.actor}


def _chat(view: StatementView) -> Line:
    """What the chat reader says of a statement, where one was asked: without one the line is the contract's alone."""
    if view.chat_stance is None:
        return {}
    return {"found_by": view.found_by.value, "chat": {"model": view.chat_model, "stance": view.chat_stance.value}}


def _evidence(view: EvidenceView) -> Line:
    return {"article": view.article, "evidence": view.evidence}


def _shift_order(view: ShiftView) -> tuple[Any, ...]:
    return view.at, view.figure, view.issue
