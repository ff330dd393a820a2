"""The HTTP service as it runs, joined to the other services: `uvicorn --factory stancewatch.web:create_app`."""

from __future__ import annotations

from fastapi import FastAPI

from services.api import app, deps
from shared.failures import UserMistake
from stancewatch.neighbours import neighbours


def create_app() -> FastAPI:
    """Return the service around this process's edges; what is set wrong ends it with one line."""
    try:
        return app.create_app(deps.edges(neighbours()))
    except UserMistake as mistake:
        raise SystemExit(f"stancewatch: {mistake}") from mistake
