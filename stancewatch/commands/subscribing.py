"""`stancewatch subscriptions add | pause | end | rotate`: subscriptions made and changed by hand."""

from datetime import datetime
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from sqlmodel import Session, col, select

from services.api.changes import retire
from services.api.subscribing import Wisher, rotate_secret, subscribe
from services.api.subscription_items import check_names
from services.api.watchlist import SubscriptionWish, path_of
from services.api.wish_fields import in_zone, read_moment
from shared.clock import iso_z, utc_now
from shared.failures import UserMistake
from shared.settings import settings
from shared.tables import Subscription
from shared.vocabulary import Frequency, ShiftKind, SignalKind
from stancewatch.store import writing

Name = Annotated[str, typer.Argument(help="the subscription's name", metavar="NAME")]
Many = Annotated[list[str] | None, typer.Option(help="an id on the watchlist; may be given again; any if left out")]


def add(
    name: Name,
    figure: Many = None,
    issue: Many = None,
    kind: Annotated[list[ShiftKind] | None, typer.Option(help="may be given again; any if left out")] = None,
    signal: Annotated[list[SignalKind] | None, typer.Option(help="also an early warning; none if left out")] = None,
    outlet: Annotated[list[str] | None, typer.Option(help="may be given again; any if left out")] = None,
    minimum_confidence: Annotated[float, typer.Option(help="from 0 to 1")] = 0.0,
    own_words_only: Annotated[bool, typer.Option("--own-words-only", help="no characterisations")] = False,
    frequency: Annotated[Frequency, typer.Option(help="at once, or together in one message")] = Frequency.NOW,
    hour: Annotated[int | None, typer.Option(help="of a daily or weekly digest")] = None,
    timezone: Annotated[str, typer.Option(help="of hours and days")] = "UTC",
    quiet_hours: Annotated[str | None, typer.Option(help="such as 22-7")] = None,
    email: Annotated[str | None, typer.Option(help="is asked first whether it wants this")] = None,
    webhook: Annotated[str | None, typer.Option(help="an address that is called")] = None,
    chat: Annotated[str | None, typer.Option(help="a URL such as slack://...")] = None,
) -> None:
    """Make a subscription by hand; no watchlist file takes it away unless it names it."""
    narrow = {"figures": figure, "issues": issue, "kinds": kind, "signals": signal, "outlets": outlet}
    given = {"hour": hour, "quiet_hours": quiet_hours, "email": email, "webhook": webhook, "chat": chat}
    wish = _wish(
        {
            "name": name,
            **{name: chosen or () for name, chosen in narrow.items()},
            "minimum_confidence": minimum_confidence,
            "own_words_only": own_words_only,
            "frequency": frequency,
            "timezone": timezone,
            **{key: value for key, value in given.items() if value is not None},
        }
    )
    wisher = Wisher(by="the command line", vouched=settings().vouched_addresses, now=utc_now())
    with writing()() as tx:
        check_names(tx.session, wish)
        secret = subscribe(tx.session, wish, wisher=wisher).webhook_secret
    typer.echo(f"subscription '{wish.name}' is made")
    if wish.webhook and secret:
        typer.echo(f"signing secret for its webhook: {secret}")


def pause(
    name: Name,
    until: Annotated[
        str | None, typer.Option(help="a day, or a time; ends the pause if left out", metavar="ISO")
    ] = None,
) -> None:
    """Be silent until a day, or speak again."""
    with writing()() as tx:
        row = _named(tx.session, name)
        row.paused_until = _moment(until, row.timezone) if until else None
        tx.session.add(row)
        said = f"is paused until {iso_z(row.paused_until)}" if row.paused_until else "is not paused any more"
    typer.echo(f"subscription '{name}' {said}")


def end(name: Name) -> None:
    """End a subscription: nothing more goes out; what was sent stays on record."""
    with writing()() as tx:
        retire(tx.session, _named(tx.session, name), "subscription", name, now=utc_now())
    typer.echo(f"subscription '{name}' has ended")


def rotate(name: Name) -> None:
    """Give a webhook a new signing secret; for a day the one before signs beside it."""
    with writing()() as tx:
        secret = rotate_secret(tx.session, _named(tx.session, name), now=utc_now())
    typer.echo(f"signing secret for the webhook of '{name}': {secret}")


def _wish(parts: dict[str, Any]) -> SubscriptionWish:
    try:
        return SubscriptionWish.model_validate(parts)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        said = first["ctx"]["error"] if first["type"] == "value_error" else first["msg"]
        place = path_of(first["loc"])
        raise UserMistake(f"{place}: {said}" if place else str(said)) from error


def _named(session: Session, name: str) -> Subscription:
    alive = (Subscription.name == name, col(Subscription.retired_at).is_(None))
    row = session.exec(select(Subscription).where(*alive)).one_or_none()
    if row is None:
        raise UserMistake(f"there is no subscription '{name}'; `stancewatch subscriptions list` shows them")
    return row


def _moment(written: str, timezone: str) -> datetime:
    try:
        return in_zone(read_moment(written), timezone)
    except ValueError as error:
        raise UserMistake(f"--until: {error}") from error
