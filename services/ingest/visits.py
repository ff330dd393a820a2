"""Requests that keep their distance: at one host they begin one after the other, whichever worker sends them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from services.ingest import host_queries
from services.ingest.freshness import retry_after
from services.ingest.politeness import HostPolicy, Later, Slot
from services.ingest.urls import host_of
from shared.transaction import Begin
from shared.web import Answered, Limits, Outcome, Request, Send

BUSY = frozenset({429, 503})
SHORTEST_REST = timedelta(minutes=1)  # a host that says it is busy, and not for how long


class HostBusy(Exception):
    """A host has too much to do for us; `until` says when to come again, and nothing was sent."""

    def __init__(self, host: str, until: datetime) -> None:
        super().__init__(f"{host} is busy")
        self.until = until


@dataclass(frozen=True, slots=True)
class Visits:
    """Sends requests at the pace that their hosts are granted, on which all workers agree by rows of the database."""

    send: Send
    begin: Begin
    policy: HostPolicy
    now: Callable[[], datetime]

    def __call__(self, request: Request, limits: Limits) -> Outcome:
        """Send a request when its host's turn comes; raise `HostBusy` where that is not soon."""
        with self._at(host_of(request.url)):
            outcome = self.send(request, limits)
        if isinstance(outcome, Answered) and outcome.status in BUSY:
            self._rest(outcome)
        return outcome

    @contextmanager
    def _at(self, host: str) -> Iterator[None]:
        token, now = uuid4().hex, self.now()
        with self.begin() as tx:
            slot = host_queries.visit(tx.session, host, token=token, policy=self.policy, now=now)
        match slot:
            case Later(at):
                raise HostBusy(host, at)
            case Slot(starts_at):
                time.sleep(max(0.0, (starts_at - now).total_seconds()))
        try:
            yield
        finally:
            with self.begin() as tx:
                host_queries.end_visits(tx.session, (host,), token=token)

    def _rest(self, answer: Answered) -> None:
        now = self.now()
        until = now + max(retry_after(answer, now=now) or SHORTEST_REST, SHORTEST_REST)
        with self.begin() as tx:
            host_queries.rest_hosts(tx.session, {host_of(answer.url): until})
