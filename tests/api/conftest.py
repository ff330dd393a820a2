"""The API over a database of the test's own."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import Engine

from services.api.app import create_app
from services.api.counters import MemoryCounter
from services.api.deps import AT_HOME, Edges, Gate, Quotas
from services.api.quotas import Quota
from shared.schema import is_current
from shared.transaction import Begin, Read
from stancewatch.neighbours import neighbours
from tests.api.builders import DAY_ONE
from tests.api.serving import served


def open_gate(*, most: int = 0, logins: int = 0) -> Gate:
    """Anybody may look, as often as is said; 0 counts nothing."""
    quotas = Quotas(client=Quota("client", most), token=Quota("token", most), login=Quota("login", logins))
    return Gate(key="a key of the tests that seals nothing", open_reading=True, quotas=quotas, counter=MemoryCounter())


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
        vouched=(),
        gate=open_gate(),
        neighbours=neighbours(),
    )


@pytest.fixture
def client(edges: Edges) -> Iterator[httpx.Client]:
    with served(create_app(replace(edges))) as client:
        yield client
