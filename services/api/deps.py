"""Where the API meets the world: its database, its broker and the clock, made once when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from fastapi import Request
from kombu import Connection
from kombu.exceptions import OperationalError

from services.api.counters import counter_at
from services.api.neighbours import Neighbours
from services.api.quotas import Counter, Quota
from shared import workers
from shared.clock import utc_now
from shared.database import engine
from shared.logs import configure_logging
from shared.schema import is_current
from shared.sealing import service_key
from shared.secret import refuse_without_key
from shared.settings import Settings, settings
from shared.transaction import Begin, Read, reads

BROKER_PATIENCE_SECONDS = 2
AT_HOME = ("127.0.0.1", "localhost")
LOOPBACK = (*AT_HOME, "::1")


class BrokerUnreachable(Exception):
    """The broker did not answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """How often each client address, each token, and each address that tries to log in may ask."""

    client: Quota
    token: Quota
    login: Quota


@dataclass(frozen=True, slots=True)
class Gate:
    """Who is let in, and how often: the key that signs sessions, whether anybody may look, what is counted where."""

    key: str
    open_reading: bool
    quotas: Quotas
    counter: Counter


@dataclass(frozen=True, slots=True)
class Edges:
    """Everything outside that the API asks."""

    read: Read
    begin: Begin
    schema_is_current: Callable[[], bool]
    ping_broker: Callable[[], None]
    now: Callable[[], datetime]
    hosts: tuple[str, ...]
    public_url: str
    vouched: tuple[str, ...]
    gate: Gate
    neighbours: Neighbours


def edges(neighbours: Neighbours) -> Edges:
    """The edges of this process by its settings, with the functions of other services."""
    configure_logging(settings())
    refuse_without_key(settings())
    database = engine()
    return Edges(
        read=reads(database),
        begin=workers.begin(),
        schema_is_current=lambda: is_current(database),
        ping_broker=lambda: ping_broker(settings().broker),
        now=utc_now,
        hosts=hosts_of(settings().public_url, settings().websub_url),
        public_url=settings().public_url,
        vouched=settings().vouched_addresses,
        gate=gate(settings()),
        neighbours=neighbours,
    )


def gate(chosen: Settings) -> Gate:
    """The gate by some settings."""
    return Gate(
        key=service_key(chosen),
        open_reading=reading_is_open(chosen),
        quotas=Quotas(
            client=Quota("client", chosen.requests_per_minute),
            token=Quota("token", chosen.requests_per_minute),
            login=Quota("login", chosen.logins_per_minute),
        ),
        counter=counter_at(chosen.broker),
    )


def edges_of(request: Request) -> Edges:
    """The edges that the app of this request was made with."""
    mine: Edges = request.app.state.edges
    return mine


def reading_is_open(chosen: Settings) -> bool:
    """Tell whether anybody who reaches the service may look: by default only where just this machine reaches it."""
    match chosen.reading:
        case "public":
            return True
        case "token":
            return False
        case _:
            return urlsplit(chosen.public_url).hostname in LOOPBACK and chosen.api_host in LOOPBACK


def hosts_of(*public_urls: str) -> tuple[str, ...]:
    """The names by which this server may be called: its public ones and this machine's own."""
    public = (urlsplit(url).hostname for url in public_urls)
    return tuple(dict.fromkeys((*(name for name in public if name), *AT_HOME)))


def ping_broker(url: str) -> None:
    """Return if the broker answers within a moment; raise `BrokerUnreachable` otherwise."""
    patience = {"socket_timeout": BROKER_PATIENCE_SECONDS, "socket_connect_timeout": BROKER_PATIENCE_SECONDS}
    with Connection(url, transport_options=patience) as connection:
        try:
            connection.ensure_connection(max_retries=0, timeout=BROKER_PATIENCE_SECONDS)
        except (OperationalError, OSError) as error:
            raise BrokerUnreachable(str(error) or type(error).__name__) from error
