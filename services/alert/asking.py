"""What an address is asked before it gets any other mail: whether it wants it, of what, and who named it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from services.alert.message import Links, Occasion
from services.alert.values import Wishes
from shared.links import confirm_url, manage_url, unsubscribe_url
from shared.vocabulary import Frequency, News

_HOW_OFTEN = {
    Frequency.NOW: "at once, each by itself",
    Frequency.HOURLY: "together, once an hour",
    Frequency.DAILY: "together, once a day",
    Frequency.WEEKLY: "together, once a week",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """A question to an address, as the rows tell it; figures and issues by their names."""

    token: str
    asked_by: str
    wishes: Wishes
    frequency: Frequency


@dataclass(frozen=True, slots=True)
class Question:
    """A question, ready to be given the form of a mail."""

    news: News
    occasion: Occasion
    subject: str
    headline: str
    server: str
    asked_by: str
    wanted: tuple[tuple[str, str], ...]
    confirm: str
    links: Links


def write_question(asking: Asking, occasion: Occasion, *, public_url: str) -> Question:
    """Ask whether a subscription's mail is wanted, and say what it would be."""
    wishes = asking.wishes
    return Question(
        news=News.QUESTION,
        occasion=occasion,
        subject=f"Do you want alerts on “{occasion.subscription}”?",
        headline="Do you want these alerts?",
        server=urlsplit(public_url).netloc or public_url,
        asked_by=asking.asked_by,
        wanted=(
            ("Subscription", occasion.subscription),
            ("Figures", ", ".join(wishes.figures) or "all that are watched"),
            ("Issues", ", ".join(wishes.issues) or "all that are tracked"),
            ("Changes of position", ", ".join(wishes.kinds) or "of every kind"),
            *((("Early warnings", ", ".join(wishes.signals)),) if wishes.signals else ()),
            ("Sent", _HOW_OFTEN[asking.frequency]),
        ),
        confirm=confirm_url(public_url, asking.token),
        links=Links(
            timeline="",
            manage=manage_url(public_url, occasion.token),
            unsubscribe=unsubscribe_url(public_url, occasion.token),
        ),
    )
