"""What the API is handed of the other services, each function in the API's own terms."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.alert import preview, queries, standings
from services.alert.matching import Matched
from services.alert.preview import Explanation
from services.alert.receivers import enable_endpoint
from services.alert.values import Wishes
from services.api.neighbours import ClosedWays, Explained, LeftOut, Neighbours, Silence, Step, ToldCopy, Turn, Why, Wish
from services.extract import explain as extract
from services.extract.positions import Held, NotEnoughEvidence
from services.extract.queries import Topic
from services.extract.reviewing import explain_topic
from services.extract.shifts import STANDARD_RULES, ShiftDraft
from services.extract.silence import why_silent
from shared.transaction import Read


def neighbours() -> Neighbours:
    """Return the functions of the other services as the API asks for them."""
    return Neighbours(
        caught=_caught,
        why=lambda session, name, shift_id, now: _why(preview.explain(session, name, shift_id, now=now)),
        why_warned=lambda session, name, pressure_id, now: _why(
            preview.explain_warning(session, name, pressure_id, now=now)
        ),
        closed=_closed,
        retry=lambda session, delivery_id, now: queries.retry_delivery(session, delivery_id, now=now),
        replay=lambda session, subscription, since, now: queries.replay_since(
            session, subscription, since=since, now=now
        ),
        wake=enable_endpoint,
        explain=_explain,
    )


def _caught(session: Session, wish: Wish, since: datetime) -> tuple[int, ...]:
    wishes = Wishes(
        figures=wish.figures,
        issues=wish.issues,
        kinds=wish.kinds,
        outlets=wish.outlets,
        minimum_confidence=wish.minimum_confidence,
        own_words_only=wish.own_words_only,
    )
    return tuple(report.shift_id for report in reversed(preview.would_have_told(session, wishes, since=since)))


def _why(found: Explanation) -> Why:
    told = found.told
    return Why(
        detected_at=found.detected_at,
        told=told is not None,
        raised_at=told.raised_at if told else None,
        reason_then=told.reason if told else None,
        copies=tuple(ToldCopy(*copy) for copy in told.copies) if told else (),
        asked_for=isinstance(found.verdict, Matched),
        reason_now=found.verdict.reason.value,
    )


def _closed(session: Session) -> ClosedWays:
    return {
        (standing.who.subscription_id, channel): why
        for standing in standings.subscriptions(session)
        for channel, why in standing.closed
    }


def _explain(read: Read, figure: str, issue: str) -> Explained:
    found = explain_topic(Topic(figure, issue), read=read, rules=STANDARD_RULES)
    at = found.position
    return Explained(
        position=at.stance if isinstance(at, Held) else None,
        leaning=at.leaning if isinstance(at, NotEnoughEvidence) else None,
        support=at.support if isinstance(at, Held | NotEnoughEvidence) else 0.0,
        burden=found.burden,
        steps=tuple(map(_step, found.steps)),
        left_out=tuple(LeftOut(one.statement_id, one.reason.value) for one in found.left_out),
        turns=tuple(map(_turn, found.changes)),
        silences=tuple(
            Silence(one.at, one.article_url, one.reason.value, one.weight, one.needed) for one in why_silent(found)
        ),
    )


def _step(step: extract.Step) -> Step:
    one = step.testimony
    return Step(
        statement=one.shown_by.statement_id,
        article=one.article_url,
        published=one.published_at,
        stance=one.stance,
        weight=one.weight,
        part=step.part.value,
        held=step.held,
        known_then=step.known_then.stance if isinstance(step.known_then, Held) else None,
    )


def _turn(change: ShiftDraft) -> Turn:
    return Turn(
        article=change.article_url,
        at=change.at,
        from_stance=change.before.stance,
        to_stance=change.after.stance,
        kind=change.kind,
        confidence=change.confidence,
        reason=change.reason.value,
        pending=change.pending,
        basis=change.basis,
    )
