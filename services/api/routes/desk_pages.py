"""The desk's pages: subscriptions seen, made, previewed and changed in a browser, without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from services.api import desk_views, listings
from services.api.access import Caller
from services.api.deps import Edges
from services.api.desk_access import AtDesk, Desk, SentHere
from services.api.desk_forms import Typed, Wrong, asked_for, read_form, typed, typed_of
from services.api.pages import page
from services.api.routes.desk import EdgesHere, preview_of
from services.api.routes.names import RowId
from services.api.routes.subscriptions import found, wisher
from services.api.schemas_wishes import Preview
from services.api.subscribing import change_subscription, subscribe
from services.api.subscription_items import check_names
from services.api.watchlist import SubscriptionWish
from shared.failures import UserMistake
from shared.tables import Subscription

UNSEEN = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
LOOKS_BACK_DAYS = 90
SURE = (("0", "anything"), ("0.7", "70 % sure"), ("0.8", "80 % sure"), ("0.9", "90 % sure"), ("0.95", "95 % sure"))
FREQUENCIES = (
    ("now", "At once"),
    ("hourly", "Every hour, together"),
    ("daily", "Once a day, together"),
    ("weekly", "Once a week, together"),
)

router = APIRouter(prefix="/desk", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it stands: of which subscription, what is wrong with it, what it would have told."""

    form: Typed
    row: Subscription | None = None
    wrong: Wrong | None = None
    preview: Preview | None = None


@router.get("")
def desk_itself(_: AtDesk) -> RedirectResponse:
    """Lead to the subscriptions."""
    return RedirectResponse("/desk/subscriptions", status_code=303, headers=UNSEEN)


@router.get("/subscriptions")
def subscriptions(edges: EdgesHere, at: AtDesk) -> HTMLResponse:
    """Show all subscriptions."""
    with edges.read() as session:
        rows = listings.subscriptions(session, after=0, most=2_000)
        closed, names = edges.neighbours.closed(session), listings.names(session)
    cards = tuple(desk_views.card(row, closed, names, now=edges.now()) for row in rows)
    return shown("desk_subscriptions.html", at, cards=cards)


@router.get("/subscriptions/new")
def begin_one(edges: EdgesHere, at: AtDesk) -> HTMLResponse:
    """Show an empty form."""
    return _form(edges, at, Draft(Typed()))


@router.post("/subscriptions/new")
def make_one(edges: EdgesHere, sent: SentHere) -> Response:
    """Preview or save what was typed."""
    return _answer(edges, sent.desk, typed(sent.form), row=None, save="save" in sent.form)


@router.get("/subscriptions/{subscription_id}")
def subscription(subscription_id: RowId, edges: EdgesHere, at: AtDesk) -> HTMLResponse:
    """Show one subscription with what it would have told and what it did tell."""
    with edges.read() as session:
        row = found(session, subscription_id)
        log = desk_views.log(session, subscription_id)
        card = desk_views.card(row, edges.neighbours.closed(session), listings.names(session), now=edges.now())
    wish = read_form(typed_of(row), before=row)
    caught = preview_of(edges, asked_for(wish), LOOKS_BACK_DAYS) if isinstance(wish, SubscriptionWish) else None
    return shown("desk_subscription.html", at, card=card, log=log, preview=_told(edges, caught), ended=row.retired_at)


@router.get("/subscriptions/{subscription_id}/change")
def begin_change(subscription_id: RowId, edges: EdgesHere, at: AtDesk) -> HTMLResponse:
    """Show the form of a subscription."""
    with edges.read() as session:
        row = found(session, subscription_id, alive=True)
    return _form(edges, at, Draft(typed_of(row), row))


@router.post("/subscriptions/{subscription_id}/change")
def change_one(subscription_id: RowId, edges: EdgesHere, sent: SentHere) -> Response:
    """Preview or save a change."""
    with edges.read() as session:
        row = found(session, subscription_id, alive=True)
    return _answer(edges, sent.desk, typed(sent.form), row=row, save="save" in sent.form)


def shown(template: str, at: Desk, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Answer with a page of the desk, which nobody keeps."""
    answer = page(template, seal=at.seal, who=at.who, days=LOOKS_BACK_DAYS, **values)
    answer.status_code = status
    answer.headers.update(UNSEEN)
    return answer


def _answer(edges: Edges, at: Desk, one: Typed, *, row: Subscription | None, save: bool) -> Response:
    wish = read_form(one, before=row)
    if isinstance(wish, Wrong):
        return _form(edges, at, Draft(one, row, wrong=wish))
    if not save:
        return _form(edges, at, Draft(one, row, preview=preview_of(edges, asked_for(wish), LOOKS_BACK_DAYS)))
    try:
        subscription_id, secret = _save(edges, wish, row, at.who)
    except UserMistake as mistake:
        field, _, said = str(mistake).partition(": ")
        return _form(edges, at, Draft(one, row, wrong=Wrong({field.partition("[")[0]: said or field})))
    if secret is None:
        return RedirectResponse(f"/desk/subscriptions/{subscription_id}", status_code=303, headers=UNSEEN)
    return shown("desk_secret.html", at, name=wish.name, subscription_id=subscription_id, secret=secret)


def _save(edges: Edges, wish: SubscriptionWish, row: Subscription | None, who: Caller) -> tuple[int, str | None]:
    """Save a wish; return its subscription and, where it is new, the secret of its webhook."""
    with edges.begin() as tx:
        check_names(tx.session, wish)
        if row is None:
            saved, before = subscribe(tx.session, wish, wisher=wisher(who, edges)), None
        else:
            saved = found(tx.session, row.id or 0, alive=True)
            before = saved.webhook_secret
            change_subscription(tx.session, saved, wish, wisher=wisher(who, edges))
        assert saved.id is not None
        fresh = saved.webhook is not None and saved.webhook_secret != before
        return saved.id, saved.webhook_secret if fresh else None


def _form(edges: Edges, at: Desk, draft: Draft) -> HTMLResponse:
    one = draft.form
    with edges.read() as session:
        figures, issues = listings.figures(session), listings.issues(session)
    return shown(
        "desk_form.html",
        at,
        status=422 if draft.wrong else 200,
        form=one,
        row=draft.row,
        wrong=draft.wrong.by_field if draft.wrong else {},
        figures=figures,
        issues=issues,
        preview=_told(edges, draft.preview),
        frequencies=FREQUENCIES,
        sure=SURE if one.minimum_confidence in dict(SURE) else (*SURE, (one.minimum_confidence, _share(one))),
    )


def _share(one: Typed) -> str:
    """Name a share that the form does not offer, as a watchlist may have it."""
    return f"{one.minimum_confidence} sure"


def _told(edges: Edges, preview: Preview | None) -> desk_views.Told | None:
    if preview is None:
        return None
    with edges.read() as session:
        return desk_views.told(preview, listings.names(session))
