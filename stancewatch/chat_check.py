"""Whether a chat reader is on, whether it can be reached, and what it did and cost lately."""

import json
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from services.extract.chat_client import headers_for, limits_for
from services.extract.chat_deps import chat_terms, door
from services.extract.chat_queries import counts, standing
from shared.clock import utc_now
from shared.database import create_database
from shared.failures import UserMistake
from shared.reader_words import ChatOutcome
from shared.settings import Settings
from shared.web import Answered, Outcome, Refused, Request, TimedOut, TooLarge, Unreachable
from stancewatch.findings import Finding, Health

CHECK = "chat reader"
LATELY = timedelta(days=1)
DEAF = "articles are read by the local reader alone meanwhile; see docs/chat-reader.md"


def check_chat_reader(current: Settings) -> Iterator[Finding]:
    """Ask the endpoint which models it has; then say what the last day's questions came to."""
    if not current.chat_reader_url:
        yield Finding(CHECK, Health.GOOD, "off; articles are read on this machine alone")
        return
    yield _reached(current)
    if current.chat_reader_key.get_secret_value() and current.chat_reader_url.startswith("http://"):
        yield Finding(CHECK, Health.NOTICE, "its key travels unencrypted", "use https://, or a key of no worth")
    try:
        with Session(create_database(current.database)) as session:
            yield from _lately(session, current)
    except (DBAPIError, UserMistake):
        return  # said by the check of the database


def _reached(current: Settings) -> Finding:
    access, way_out = chat_terms(current).access, door(current)
    request = Request(f"{access.url.rstrip('/')}/models", headers=headers_for(access))
    outcome = way_out.send(request, limits_for(access))
    way_out.close()
    trouble = _trouble(outcome, current.chat_reader_model)
    if trouble:
        return Finding(CHECK, Health.NOTICE, f"{current.chat_reader_url}: {trouble}", DEAF)
    return Finding(CHECK, Health.GOOD, f"on; {current.chat_reader_model} at {current.chat_reader_url} answers")


def _trouble(outcome: Outcome, model: str) -> str:
    match outcome:
        case Answered(status=200, body=body):
            names = _models(body)
            return "" if names is None or model in names else f"has no model {model}"
        case Answered(status=status):
            return f"answers {status} when asked for its models"
        case TooLarge():
            return "its list of models is too long to be one"
        case Refused(reason) | Unreachable(reason) | TimedOut(reason):
            return reason


def _models(body: bytes) -> frozenset[str] | None:
    """The models it lists; nothing where it lists none in the protocol's way."""
    try:
        return frozenset(str(one["id"]) for one in json.loads(body)["data"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _lately(session: Session, current: Settings) -> Iterator[Finding]:
    now = utc_now()
    found, stands = counts(session, since=now - LATELY), standing(session, now=now)
    told = ", ".join(f"{number} {outcome.value.replace('_', ' ')}" for outcome, number in sorted(found.items()))
    limit = f" of {current.chat_reader_tokens_per_day}" if current.chat_reader_tokens_per_day else ""
    seen = f"in a day: {told or 'nothing asked'}; {stands.tokens_today}{limit} tokens today"
    well = {ChatOutcome.ANSWERED}.issuperset(found)
    yield Finding(CHECK, Health.GOOD if well else Health.NOTICE, seen, "" if well else DEAF)
    if stands.paused_until is not None and now < stands.paused_until:
        yield Finding(CHECK, Health.NOTICE, f"left alone until {stands.paused_until:%H:%M:%S} UTC", DEAF)
