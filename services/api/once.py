"""Carrying out what a POST asks: once for each Idempotency-Key, with its answer saved beside its effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request, Response

from services.api.access import Writer
from services.api.deps import Edges, edges_of
from services.api.repeats import Claimed, Clash, Done, Repeatable, claim, give_up, keep
from services.api.schemas import Answer
from shared.transaction import Transaction

Act = Callable[[Transaction], Done]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,200}$",
        description="any word of your own; the same request with the same word is carried out once within 24 hours",
    ),
]


@dataclass(frozen=True, slots=True)
class Once:
    """A request that changes something, with its key if it has one."""

    edges: Edges
    request: Repeatable | None

    def answer(self, act: Act) -> Response:
        """Act in one transaction and answer; a repeat is answered as the first time, and changes nothing."""
        if self.request is None:
            with self.edges.begin() as tx:
                done = act(tx)
            return _response(done)
        with self.edges.begin() as tx:
            found = claim(tx.session, self.request, now=self.edges.now())
        match found:
            case Claimed():
                return _response(self._carry_out(act, found))
            case Done():
                return _response(found, replayed=True)
            case Clash.IN_HAND:
                raise HTTPException(409, found.value, headers={"Retry-After": "1"})
            case Clash.OTHER_REQUEST:
                raise HTTPException(422, found.value)

    def _carry_out(self, act: Act, claimed: Claimed) -> Done:
        finished = False
        try:
            with self.edges.begin() as tx:
                done = act(tx)
                if not keep(tx.session, claimed, done):
                    raise HTTPException(409, Clash.IN_HAND.value, headers={"Retry-After": "1"})
            finished = True
        finally:
            if not finished:
                with self.edges.begin() as tx:
                    give_up(tx.session, claimed)
        return done


async def _body_of(request: Request) -> bytes:
    return await request.body()


def once(
    request: Request,
    who: Writer,
    edges: Annotated[Edges, Depends(edges_of)],
    body: Annotated[bytes, Depends(_body_of)],
    key: Key = None,
) -> Once:
    """Read the key of a request; who may change nothing has been refused before."""
    if key is None:
        return Once(edges, None)
    asked = "\n".join((request.method, request.url.path, request.url.query)).encode() + b"\n" + body
    return Once(edges, Repeatable(who.token_id, key, sha256(asked).hexdigest()))


def made(answer: Answer, *, location: str) -> Done:
    """Answer with what was made, and where it is."""
    return Done(201, _json(answer), location)


def done(answer: Answer) -> Done:
    """Answer with what came of it."""
    return Done(200, _json(answer))


def _json(answer: Answer) -> str:
    return answer.model_dump_json(by_alias=True)


def _response(done: Done, *, replayed: bool = False) -> Response:
    headers = {"Location": done.location} if done.location else {}
    headers |= {"Idempotency-Replayed": "true"} if replayed else {}
    return Response(done.body, done.status, headers, "application/json")


OnceHere = Annotated[Once, Depends(once)]
