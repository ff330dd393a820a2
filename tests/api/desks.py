"""Tokens of every scope, and clients that hold them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx

from services.api.app import create_app
from services.api.deps import Edges
from services.api.tokens import create_token
from shared.transaction import Begin
from shared.vocabulary import Scope
from tests.api.builders import DAY_ONE
from tests.api.serving import served


def token_of(begin: Begin, scope: Scope, name: str = "") -> str:
    """Make a token of one scope."""
    with begin() as tx:
        return create_token(tx.session, name or f"{scope} desk", scope, expires_at=None, now=DAY_ONE).token


@contextmanager
def holding(edges: Edges, token: str | None, *, open_reading: bool = False) -> Iterator[httpx.Client]:
    """Serve the API to somebody who holds a token, or none."""
    plain = replace(edges, gate=replace(edges.gate, open_reading=open_reading), public_url="http://news.example")
    with served(create_app(plain)) as client:
        if token is not None:
            client.headers["Authorization"] = f"Bearer {token}"
        yield client
