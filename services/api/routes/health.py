"""Whether this process is alive, and whether the system can work."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict

from services.api.deps import Edges, edges_of
from services.api.readiness import Check, check_readiness

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    model_config = ConfigDict(frozen=True)

    alive: bool = True


class Ready(BaseModel):
    """What was asked, with a word for each."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    ready: bool
    database: Check
    broker: Check
    waiting: Check


@router.get("/healthz")
def healthz() -> Alive:
    """Say that the process answers; nothing else is asked."""
    return Alive()


@router.get("/readyz", responses={503: {"model": Ready}})
def readyz(edges: Annotated[Edges, Depends(edges_of)], response: Response) -> Ready:
    """Say whether database, broker and workers keep up; 503 where one does not."""
    readiness = check_readiness(edges)
    response.status_code = 200 if readiness.ready else 503
    response.headers["Cache-Control"] = "no-store"
    return Ready.model_validate(readiness)
