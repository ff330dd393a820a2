"""Which parameters an address knows: any other is refused, so that a misspelt filter never passes for no filter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel


def only_known_parameters(request: Request) -> None:
    """Refuse a call of the API that names a query parameter which its address does not have."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not request.url.path.startswith("/api/"):
        return
    known = _known(route.dependant)
    unknown = [name for name in dict.fromkeys(request.query_params.keys()) if name not in known]
    if unknown:
        hint = (
            f"not a parameter of this address; known are {', '.join(sorted(known))}" if known else "none is known here"
        )
        raise RequestValidationError([{"loc": ("query", name), "msg": hint} for name in unknown])


def _known(dependant: Dependant) -> frozenset[str]:
    mine = frozenset(
        name for field in dependant.query_params for name in _names(field.alias, field.field_info.annotation)
    )
    return mine.union(*map(_known, dependant.dependencies))


def _names(name: str, kind: Any) -> Iterable[str]:
    """A parameter that is a model stands for its fields."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return (field.alias or own for own, field in kind.model_fields.items())
    return (name,)
