"""The pages behind the links in every mail: looking changes nothing, only a POST does."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from services.api import consents, subscribers
from services.api.consents import Asked
from services.api.deps import Edges, edges_of
from services.api.pages import page
from services.api.routes.names import Token
from services.api.subscribers import SubscriptionView
from shared.vocabulary import Frequency

PAUSES = {"0": timedelta(0), "1": timedelta(days=1), "7": timedelta(days=7), "30": timedelta(days=30)}
FREQUENCY_WORDS = {
    Frequency.NOW: "at once",
    Frequency.HOURLY: "together, once an hour",
    Frequency.DAILY: "together, once a day",
    Frequency.WEEKLY: "together, once a week",
}
UNSEEN = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}

router = APIRouter(include_in_schema=False)
EdgesHere = Annotated[Edges, Depends(edges_of)]


async def posted_pause(request: Request) -> timedelta:
    """Read for how long a form asks to be silent."""
    days = parse_qs((await request.body()).decode("utf-8", "replace")).get("days", [""])[0]
    if days not in PAUSES:
        raise HTTPException(422, "days: 1, 7 or 30, or 0 to end the pause")
    return PAUSES[days]


async def posted_frequency(request: Request) -> Frequency:
    """Read how often a form asks for mail."""
    written = parse_qs((await request.body()).decode("utf-8", "replace")).get("frequency", [""])[0]
    if written not in set(Frequency):
        raise HTTPException(422, f"frequency: one of {', '.join(Frequency)}")
    return Frequency(written)


@router.get("/subscriptions/{token}")
def manage(token: Token, edges: EdgesHere) -> HTMLResponse:
    """Show a subscription to the holder of its token."""
    with edges.read() as session:
        found = _found(session, token)
    offered = {"pauses": list(PAUSES)[1:], "frequencies": FREQUENCY_WORDS}
    return _unseen(page("subscription.html", subscription=found, now=edges.now(), **offered))


@router.post("/subscriptions/{token}/pause")
def pause(token: Token, edges: EdgesHere, span: Annotated[timedelta, Depends(posted_pause)]) -> RedirectResponse:
    """Be silent for some days, or speak again."""
    with edges.begin() as tx:
        until = edges.now() + span if span else None
        subscribers.pause(tx.session, _found(tx.session, token), until=until)
    return RedirectResponse(f"/subscriptions/{token}", status_code=303)


@router.post("/subscriptions/{token}/frequency")
def choose_frequency(
    token: Token, edges: EdgesHere, frequency: Annotated[Frequency, Depends(posted_frequency)]
) -> RedirectResponse:
    """Have the mail as often as its holder likes."""
    with edges.begin() as tx:
        subscribers.choose_frequency(tx.session, _found(tx.session, token), frequency)
    return RedirectResponse(f"/subscriptions/{token}", status_code=303)


@router.post("/subscriptions/{token}/mail")
def mail_again(token: Token, edges: EdgesHere) -> RedirectResponse:
    """Agree to mail again."""
    with edges.begin() as tx:
        subscribers.agree_to_mail(tx.session, _found(tx.session, token), now=edges.now())
    return RedirectResponse(f"/subscriptions/{token}", status_code=303)


@router.get("/unsubscribe/{token}")
def ask_whether_to_end(token: Token, edges: EdgesHere) -> HTMLResponse:
    """Ask whether the mail should end: programs that open every link of a mail must not end it."""
    with edges.read() as session:
        found = _found(session, token)
    return _unseen(page("unsubscribe.html", subscription=found, ended=False))


@router.post("/unsubscribe/{token}")
def end_mail(token: Token, edges: EdgesHere) -> HTMLResponse:
    """End the mail at once, by a mail program's one click (RFC 8058) or the button; again is the same."""
    with edges.begin() as tx:
        found = _found(tx.session, token)
        subscribers.end_mail(tx.session, found, now=edges.now())
    return _unseen(page("unsubscribe.html", subscription=found, ended=True))


@router.get("/confirm/{token}")
def ask_whether_to_begin(token: Token, edges: EdgesHere) -> HTMLResponse:
    """Ask whether mail is wanted."""
    with edges.read() as session:
        asked = _question(session, token, edges)
    return _unseen(page("confirm.html", asked=asked, token=token, answer=""))


@router.post("/confirm/{token}")
def begin_mail(token: Token, edges: EdgesHere) -> HTMLResponse:
    """Begin to send mail; again is the same."""
    with edges.begin() as tx:
        asked = _question(tx.session, token, edges)
        consents.confirm(tx.session, asked, now=edges.now())
    return _unseen(page("confirm.html", asked=asked, token=token, answer="yes"))


@router.post("/confirm/{token}/no")
def never_begin(token: Token, edges: EdgesHere) -> HTMLResponse:
    """Send nothing, and ask no more; again is the same."""
    with edges.begin() as tx:
        asked = _question(tx.session, token, edges)
        consents.decline(tx.session, asked, now=edges.now())
    return _unseen(page("confirm.html", asked=asked, token=token, answer="no"))


def _found(session: Session, token: str) -> SubscriptionView:
    found = subscribers.subscription_of(session, token)
    if found is None:
        raise HTTPException(404, "no subscription has this link; it may have been removed")
    return found


def _question(session: Session, token: str, edges: Edges) -> Asked:
    asked = consents.question_of(session, token, now=edges.now())
    if asked is None or asked.expired:
        raise HTTPException(404, "this link is not valid, or older than two days; subscribe again to get a new one")
    return asked


def _unseen(answer: HTMLResponse) -> HTMLResponse:
    answer.headers.update(UNSEEN)
    return answer
