"""The form of a subscription: what was typed, the wish that it states, and what is wrong with it field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from pydantic import ValidationError

from services.api.neighbours import Wish
from services.api.subscribing import wish_of
from services.api.watchlist import SubscriptionWish
from shared.tables import Subscription
from shared.vocabulary import Frequency

Form = Mapping[str, Sequence[str]]
DIGESTS = (Frequency.DAILY, Frequency.WEEKLY)
MANY = ("figures", "issues", "kinds", "signals")
WAYS = "email"  # the field beside which it is said that one of the three ways is needed


@dataclass(frozen=True, slots=True)
class Typed:
    """A form's fields as text, to be shown again as they were typed."""

    name: str = ""
    figures: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    outlets: str = ""
    minimum_confidence: str = "0"
    own_words_only: str = ""
    frequency: str = "now"
    hour: str = "8"
    timezone: str = "UTC"
    quiet_from: str = ""
    quiet_until: str = ""
    most_per_hour: str = "60"
    email: str = ""
    webhook: str = ""
    chat: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, by field, in words that say what to do."""

    by_field: Mapping[str, str]


def typed(form: Form) -> Typed:
    """Read what was typed."""
    values: dict[str, Any] = {}
    for field in fields(Typed):
        if given := form.get(field.name):
            values[field.name] = tuple(given) if field.name in MANY else _line(given)
    return Typed(**values)


def typed_of(row: Subscription) -> Typed:
    """Return the form of a stored subscription; its chat's address, which is a key, is not shown again."""
    wish = wish_of(row)
    return Typed(
        name=row.name,
        figures=tuple(row.figures),
        issues=tuple(row.issues),
        kinds=tuple(row.kinds),
        signals=tuple(row.signals),
        outlets="\n".join(row.outlets),
        minimum_confidence=f"{row.minimum_confidence:g}",
        own_words_only="yes" if row.own_words_only else "",
        frequency=row.frequency.value,
        hour=str(wish.get("hour", 8)),
        timezone=row.timezone,
        quiet_from="" if row.quiet_from is None else str(row.quiet_from),
        quiet_until="" if row.quiet_until is None else str(row.quiet_until),
        most_per_hour=str(row.most_per_hour),
        email=row.email or "",
        webhook=row.webhook or "",
    )


def read_form(one: Typed, *, before: Subscription | None) -> SubscriptionWish | Wrong:
    """Return the wish that a form states, or what is wrong with it; a chat left empty stays as it was."""
    parts: dict[str, Any] = {
        **{name: getattr(one, name) for name in ("name", *MANY, "frequency", "timezone")},
        "outlets": tuple(line.strip() for line in one.outlets.splitlines() if line.strip()),
        "minimum_confidence": _number(one.minimum_confidence),
        "own_words_only": one.own_words_only == "yes",
        "most_per_hour": _whole(one.most_per_hour),
    }
    if one.frequency in DIGESTS:
        parts["hour"] = _whole(one.hour)
    if one.quiet_from or one.quiet_until:
        parts["quiet_hours"] = f"{one.quiet_from}-{one.quiet_until}"
    if before is not None:
        parts["paused_until"] = before.paused_until
    chat = one.chat or (before.chat if before is not None else None)
    parts |= {name: value for name, value in (("email", one.email), ("webhook", one.webhook), ("chat", chat)) if value}
    try:
        return SubscriptionWish.model_validate(parts)
    except ValidationError as error:
        by_field: dict[str, str] = {}
        for found in error.errors(include_url=False):
            by_field.setdefault(_field(found["loc"]), _said(found))
        return Wrong(by_field)


def asked_for(wish: SubscriptionWish) -> Wish:
    """Return what of a wish decides which shifts it catches."""
    narrow = (wish.figures, wish.issues, wish.kinds, wish.outlets)
    return Wish(*narrow, wish.minimum_confidence, wish.own_words_only)


def _line(given: Sequence[str]) -> str:
    return given[0].replace("\r\n", "\n").strip() if given else ""


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text


def _field(location: Sequence[int | str]) -> str:
    return str(location[0]) if location else WAYS


def _said(error: Any) -> str:
    match error["type"]:
        case "string_too_short" | "missing":
            return "is needed"
        case "value_error":
            return str(error["ctx"]["error"])
        case "int_type" | "float_type":
            return "must be a number"
        case _:
            said = str(error["msg"])
            return said[:1].lower() + said[1:]
