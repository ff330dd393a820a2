"""The API over a database of the test's own."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import Engine

from services.api.app import create_app
from services.api.deps import AT_HOME, Edges, Gate
from shared.schema import is_current
from shared.transaction import Begin, Read
from tests.api.builders import DAY_ONE
from tests.api.serving import served


@pytest.fixture
def edges(database: Engine, read: Read, begin: Begin) -> Edges:
    """A database that answers, a broker that always does, and a clock that stands still."""
    return Edges(
        read=read,
        begin=begin,
        schema_is_current=lambda: is_current(database),
        ping_broker=lambda: None,
        now=lambda: DAY_ONE,
        hosts=(*AT_HOME, "news.example"),
        public_url="https://news.example",
        gate=Gate(key="a key of the tests that seals nothing", open_reading=True),
    )


@pytest.fixture
def client(edges: Edges) -> Iterator[httpx.Client]:
    with served(create_app(replace(edges))) as client:
        yield client
