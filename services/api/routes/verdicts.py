"""What people say of single readings, for programs: confirm, reject, take back, and how often readings were right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.api import verdicts
from services.api.access import Caller, Writer
from services.api.deps import Edges, edges_of
from services.api.once import OnceHere, done
from services.api.precision import EVERY_ISSUE, confirmed_by_people
from services.api.precision import verdicts as latest_verdicts
from services.api.problems import described
from services.api.routes.names import RowId
from services.api.schemas import Answer, Moment
from services.api.verdicts import Opinion
from shared.failures import UserMistake
from shared.vocabulary import Decision

router = APIRouter(prefix="/api/v1", tags=["verdicts"])
EdgesHere = Annotated[Edges, Depends(edges_of)]
WRITING = described(401, 403, 404, 409, 413, 422, 429)


class VerdictBody(BaseModel):
    """What somebody says of a reading; the token's name is kept with it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision: Decision
    why: Annotated[str, StringConstraints(max_length=2000)] = ""


class VerdictDone(Answer):
    """What was said and by whom; no `decision` where it was taken back."""

    of: Literal["statement", "shift"]
    id: int
    decision: Decision | None
    by: str


class VerdictItem(Answer):
    """One verdict with its history."""

    of: Literal["statement", "shift"] = Field(validation_alias="what")
    id: int
    issue: str
    decision: Decision
    by: str
    at: Moment
    why: str
    undone_by: str
    undone_at: Moment | None


class VerdictList(Answer):
    """What people said, the latest first."""

    items: tuple[VerdictItem, ...]


class PrecisionItem(Answer):
    """How many readings people found right; `issue` is null for all of them together."""

    of: Literal["statement", "shift"]
    issue: str | None
    confirmed: int
    rejected: int
    precision: float


class PrecisionList(Answer):
    items: tuple[PrecisionItem, ...]


@router.post("/statements/{number}/verdict", response_model=VerdictDone, responses=WRITING)
def judge_statement(number: RowId, body: VerdictBody, who: Writer, once: OnceHere, edges: EdgesHere) -> Response:
    """Confirm or reject a statement; a rejected one counts no more, and its timeline is read again."""
    opinion = Opinion(body.decision, who.name, body.why)
    answer = VerdictDone(of="statement", id=number, decision=body.decision, by=who.name)
    return once.answer(
        lambda tx: done(_did(answer, lambda: verdicts.decide_statement(tx, number, opinion, now=edges.now())))
    )


@router.delete("/statements/{number}/verdict", responses=WRITING)
def undo_statement(number: RowId, who: Writer, edges: EdgesHere) -> VerdictDone:
    """Take back what was said of a statement."""
    return _undone(edges, VerdictDone(of="statement", id=number, decision=None, by=who.name), who)


@router.post("/shifts/{number}/verdict", response_model=VerdictDone, responses=WRITING)
def judge_shift(number: RowId, body: VerdictBody, who: Writer, once: OnceHere, edges: EdgesHere) -> Response:
    """Confirm or reject a shift; a rejected pair of quotes never comes back, and who was told hears of it."""
    opinion = Opinion(body.decision, who.name, body.why)
    answer = VerdictDone(of="shift", id=number, decision=body.decision, by=who.name)
    return once.answer(
        lambda tx: done(_did(answer, lambda: verdicts.decide_shift(tx, number, opinion, now=edges.now())))
    )


@router.delete("/shifts/{number}/verdict", responses=WRITING)
def undo_shift(number: RowId, who: Writer, edges: EdgesHere) -> VerdictDone:
    """Take back what was said of a shift."""
    return _undone(edges, VerdictDone(of="shift", id=number, decision=None, by=who.name), who)


@router.get("/verdicts", responses=described(401, 422, 429))
def said(edges: EdgesHere, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> VerdictList:
    """List what people said of readings, the latest first, with what they took back."""
    with edges.read() as session:
        return VerdictList(items=tuple(map(VerdictItem.model_validate, latest_verdicts(session, most=limit))))


@router.get("/precision", responses=described(401, 429))
def precision(edges: EdgesHere) -> PrecisionList:
    """Say how much people found right of what they looked at, overall and by issue."""
    with edges.read() as session:
        found = confirmed_by_people(session)
    items = (
        PrecisionItem.model_validate(
            {
                "of": one.what,
                "issue": None if one.issue == EVERY_ISSUE else one.issue,
                "confirmed": one.confirmed,
                "rejected": one.rejected,
                "precision": round(one.share, 4),
            }
        )
        for one in found
    )
    return PrecisionList(items=tuple(items))


def _undone(edges: Edges, answer: VerdictDone, who: Caller) -> VerdictDone:
    undo = verdicts.undo_statement if answer.of == "statement" else verdicts.undo_shift
    with edges.begin() as tx:
        return _did(answer, lambda: undo(tx, answer.id, by=who.name, now=edges.now()))


def _did(answer: VerdictDone, act: Callable[[], None]) -> VerdictDone:
    """Act, and answer 404 where there is no such statement, shift or verdict."""
    try:
        act()
    except UserMistake as mistake:
        raise HTTPException(404, str(mistake)) from mistake
    return answer
