"""Tokens for who administers them: listed, made, revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import Field
from sqlmodel import Session

from services.api import tokens
from services.api.access import Admin
from services.api.deps import Edges, edges_of
from services.api.moments import Since
from services.api.once import OnceHere, made
from services.api.paging import Start, first_of, id_after, start
from services.api.problems import described
from services.api.repeats import Done
from services.api.routes.names import RowId
from services.api.schemas import Answer, Asked, Moment
from services.api.tokens import LONGEST_NAME, TokenView
from shared.transaction import Transaction
from shared.vocabulary import Scope

router = APIRouter(prefix="/api/v1", tags=["tokens"])
EdgesHere = Annotated[Edges, Depends(edges_of)]
WRITING = described(401, 403, 409, 413, 422, 429)


class TokenWish(Asked):
    """A token to be made."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    scope: Scope = Scope.READ
    expires_at: Since | None = None


class TokenItem(Answer):
    """A token as a list shows it."""

    id: int
    name: str
    scope: Scope
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None
    revoked_at: Moment | None


class NewTokenItem(TokenItem):
    """A token just made; `token` is shown this once."""

    token: str


class TokenList(Answer):
    """Every token, also those that are valid no more; `next` is the cursor of the page after this one."""

    items: tuple[TokenItem, ...]
    next: str | None


@router.get("/tokens", responses=described(401, 403, 422, 429))
def list_tokens(_: Admin, edges: EdgesHere, start: Annotated[Start, Depends(start)]) -> TokenList:
    """List all tokens, never the tokens themselves."""
    with edges.read() as session:
        found = [one for one in tokens.list_tokens(session) if one.id > id_after(start)]
    part = first_of(found, start, key=lambda one: str(one.id))
    return TokenList(items=tuple(map(TokenItem.model_validate, part.items)), next=part.next)


@router.post("/tokens", status_code=201, response_model=NewTokenItem, responses=WRITING)
def create(_: Admin, body: TokenWish, once: OnceHere, edges: EdgesHere) -> Response:
    """Make a token; it is in this answer and in no other."""

    def act(tx: Transaction) -> Done:
        new = tokens.create_token(tx.session, body.name, body.scope, expires_at=body.expires_at, now=edges.now())
        view = TokenItem.model_validate(new.view)
        return made(NewTokenItem(**view.model_dump(), token=new.token), location=f"/api/v1/tokens/{view.id}")

    return once.answer(act)


@router.get("/tokens/{token_id}", responses=described(401, 403, 404, 422, 429))
def show(_: Admin, token_id: RowId, edges: EdgesHere) -> TokenItem:
    """Show a token, never the token itself."""
    with edges.read() as session:
        return TokenItem.model_validate(_found(session, token_id))


@router.delete("/tokens/{token_id}", status_code=204, responses=described(401, 403, 404, 422, 429))
def revoke(_: Admin, token_id: RowId, edges: EdgesHere) -> Response:
    """Make a token invalid at once and for good."""
    with edges.begin() as tx:
        _found(tx.session, token_id)
        tokens.revoke_by_id(tx.session, token_id, now=edges.now())
    return Response(status_code=204)


def _found(session: Session, token_id: int) -> TokenView:
    found = next((one for one in tokens.list_tokens(session) if one.id == token_id), None)
    if found is None:
        raise HTTPException(404, "no such token")
    return found
