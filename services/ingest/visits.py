"""Requests that keep their distance: at one host they begin one after the other, whichever worker sends them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from services.ingest import host_queries
from services.ingest.freshness import retry_after
from services.ingest.politeness import HostBusy, HostPolicy, Later, Slot
from services.ingest.urls import host_of
from shared.egress import onward
from shared.transaction import Begin
from shared.web import Answered, Hop, Limits, Outcome, Refused, Request, Send, Unreachable

BUSY = frozenset({429, 503})
SHORTEST_REST = timedelta(minutes=1)  # a host that says it is busy, and not for how long


@dataclass(frozen=True, slots=True)
class Visits:
    """Sends requests at the pace that their hosts are granted, on which all workers agree by rows of the database."""

    send: Send
    begin: Begin
    policy: HostPolicy
    now: Callable[[], datetime]
    allows: Callable[[str], Refused | Unreachable | None] = lambda _: None  # whether a redirect to a host is followed

    def __call__(self, request: Request, limits: Limits) -> Outcome:
        """Send a request when its host's turn comes, and so on where that redirects us to another host.

        `HostBusy` where a turn does not come soon.
        """
        return self._follow(request, limits, at="")

    def from_there(self, request: Request, limits: Limits) -> Outcome:
        """Send a request whose turn has come; only another host to which it redirects us is waited for."""
        return self._follow(request, limits, at=host_of(request.url))

    def _follow(self, request: Request, limits: Limits, *, at: str) -> Outcome:
        ends_at = time.monotonic() + limits.total_seconds
        hops: tuple[Hop, ...] = ()
        while True:
            is_there = host_of(request.url) == at
            left = replace(limits, total_seconds=ends_at - time.monotonic(), leaves_host=False)
            with nullcontext() if is_there else self._at(host_of(request.url)):
                outcome = self.send(request, left)
            if not isinstance(outcome, Answered):
                return outcome
            if outcome.status in BUSY and not is_there:
                self._rest(outcome)
            hops += outcome.redirects
            next_request = onward(replace(request, url=outcome.url), outcome) if limits.redirects else None
            if next_request is None:
                return replace(outcome, redirects=hops)
            if isinstance(next_request, Refused):
                return next_request
            if len(hops) >= limits.redirects:
                return Refused(f"more than {limits.redirects} redirects")
            if (refusal := self.allows(next_request.url)) is not None:
                return refusal
            hops = (*hops, Hop(outcome.status, next_request.url))
            request, at = next_request, ""

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
