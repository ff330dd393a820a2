"""What goes wrong, as `application/problem+json` (RFC 9457) for programs."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict


class Complaint(BaseModel):
    """One part of a request that is wrong: where, and what is the matter with it."""

    model_config = ConfigDict(frozen=True)

    where: str
    what: str


class Problem(BaseModel):
    """Why a request was refused."""

    model_config = ConfigDict(frozen=True)

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    complaints: tuple[Complaint, ...] = ()


class ProblemResponse(JSONResponse):
    """A problem on its way out."""

    media_type = "application/problem+json"


def problem(
    status: int, detail: str, *, complaints: tuple[Complaint, ...] = (), headers: Mapping[str, str] | None = None
) -> ProblemResponse:
    """Return the response for a refusal."""
    answer = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, complaints=complaints)
    return ProblemResponse(jsonable_encoder(answer), status_code=status, headers=dict(headers or {}))


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe refusals for OpenAPI; the description names `Problem` among its parts."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}
