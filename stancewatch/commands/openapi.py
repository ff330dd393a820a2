"""`stancewatch openapi`: the description of the HTTP API, as `docs/openapi.json` keeps it."""

import json

import typer

from services.api.app import routed


def openapi() -> None:
    """Print the OpenAPI description of the HTTP API; nothing is started."""
    typer.echo(json.dumps(routed(open_reading=False).openapi(), indent=1, ensure_ascii=False))
