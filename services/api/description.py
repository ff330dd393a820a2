"""The OpenAPI description: what the routes say of themselves, and what they cannot say."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from services.api.problems import Problem, described
from services.api.watchlist import WatchlistFile

COMPONENT = "#/components/schemas/{model}"
ABOUT = """
Who stands where on which issue, with the words that show it; what is watched, and who is told of what.

Looking needs a token of scope `read` unless the service runs on one machine for its user alone or is public; changing
needs scope `write`, tokens themselves scope `admin`. A token goes into the `Authorization` header, nowhere else.
Every list is paged: `next` of one page is `cursor` of the following one. Every refusal is a problem (RFC 9457).
A POST may carry an `Idempotency-Key`.
""".strip()


def described_service(app: FastAPI, *, open_reading: bool) -> dict[str, Any]:
    """Return the description, made once; where reading is open, reading says so."""
    if app.openapi_schema is None:
        app.openapi_schema = _described(app)
        if open_reading:
            _open_reading(app.openapi_schema)
    return app.openapi_schema


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
    for model in (WatchlistFile, Problem):
        part = model.model_json_schema(ref_template=COMPONENT)
        schema["components"]["schemas"] |= {**part.pop("$defs", {}), model.__name__: part}
    for address, operations in schema["paths"].items():
        for operation in operations.values():
            answers = operation["responses"]
            if address.startswith("/api/"):  # a parameter that no address has
                answers.update({"422": answers.get("422", described(422)[422])})
            if "requestBody" in operation:
                answers.update({str(status): answer for status, answer in described(400).items()})
    return schema


def _open_reading(schema: dict[str, Any]) -> None:
    for path in schema["paths"].values():
        for operation in path.values():
            if not _needs_scope(operation):
                operation.pop("security", None)
                operation["responses"].pop("401", None)


def _needs_scope(operation: dict[str, Any]) -> bool:
    return "403" in operation["responses"]
