"""What `doctor` looks at, each check a value: how it stands, what was seen, what to do."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from services.api.census import census, walled_feeds
from shared import handoffs, heartbeat
from shared.addresses import read_networks
from shared.clock import utc_now
from shared.database import create_database
from shared.failures import PermanentFailure, UserMistake
from shared.leases import database_now
from shared.schema import is_current
from shared.settings import Settings
from shared.tables import Delivery, Feed, FeedPoll, PollLog
from shared.transaction import transactions
from shared.vocabulary import DeliveryState, HandoffState, PollOutcome
from stancewatch.chat_check import check_chat_reader
from stancewatch.feed_log import counts_story
from stancewatch.findings import Finding, Health
from stancewatch.first_token import first_token_line

WORKERS = ("ingest", "extract", "alert")
LONGEST_WAIT = timedelta(minutes=10)
LATELY = timedelta(days=7)
MOST_NAMED = 5
UNWELL = (PollOutcome.FAILED, PollOutcome.NOT_A_FEED, PollOutcome.GONE, PollOutcome.REFUSED)


def check_database(current: Settings) -> Iterator[Finding]:
    """Look whether the database answers and its schema is current; then at the rows that wait in it."""
    try:
        database = create_database(current.database)
        place = database.url.render_as_string(hide_password=True)
        if not is_current(database):
            yield Finding("database", Health.BAD, f"{place} has no current schema", "run: stancewatch db upgrade")
            return
        yield Finding("database", Health.GOOD, f"{place} answers, schema current")
        if line := first_token_line(transactions(database, lambda _: None)):
            yield Finding("tokens", Health.NOTICE, line, "keep it; more are made by: stancewatch tokens create NAME")
        with Session(database) as session:
            yield from _check_rows(session)
    except UserMistake as mistake:
        yield Finding("database", Health.BAD, str(mistake), "set STANCEWATCH_DATABASE_URL")
    except DBAPIError as error:
        seen = str(error.orig).strip().splitlines()[0]
        advice = "run: stancewatch db upgrade" if not current.database_url else "check STANCEWATCH_DATABASE_URL"
        yield Finding("database", Health.BAD, seen, advice)


def check_broker(current: Settings) -> Iterator[Finding]:
    """Look whether the broker answers and keeps what it is given."""
    embedded = not current.broker_url
    advice = "start the system: stancewatch up" if embedded else "check STANCEWATCH_BROKER_URL"
    try:
        client = _broker(current)
        policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "unknown")
        client.close()
    except (RedisError, ValueError, OSError) as error:
        yield Finding("broker", Health.BAD, str(error).splitlines()[0], advice)
        return
    if policy != "noeviction":
        yield Finding("broker", Health.BAD, f"maxmemory-policy is {policy}", "set maxmemory-policy noeviction")
        return
    yield Finding("broker", Health.GOOD, "answers, evicts nothing")


def check_model(current: Settings) -> Iterator[Finding]:
    """Look whether the language model can be loaded."""
    from services.extract.nlp import load_model

    try:
        model = load_model(current.spacy_model)
    except (OSError, ImportError, ValueError) as error:
        first = str(error).splitlines()[0]
        yield Finding("language model", Health.BAD, first, "install it or set STANCEWATCH_SPACY_MODEL")
        return
    yield Finding("language model", Health.GOOD, f"{current.spacy_model} {model.meta.get('version', '')}".strip())


def check_networks(current: Settings) -> Iterator[Finding]:
    """Look whether the networks that may be reached are written as such."""
    try:
        read_networks(current.allowed_networks)
    except ValueError as error:
        yield Finding("settings", Health.BAD, str(error), 'write STANCEWATCH_ALLOWED_NETWORKS as ["10.0.0.0/8"]')


def check_mail(current: Settings) -> Iterator[Finding]:
    """Look whether the mail server takes us; who sends no mail needs none."""
    try:
        from services.alert.channels.base import Accepted, Unreachable
        from services.alert.channels.email import greet
        from services.alert.deps import mail_server
        from services.alert.mail import sender_of

        sender = sender_of(current.mail_from)
    except ImportError as error:
        yield Finding("mail", Health.NOTICE, f"not looked at: {error}", "install stancewatch[alert]")
        return
    except PermanentFailure as error:
        yield Finding("mail", Health.BAD, f"{current.mail_from}: {error}", "set STANCEWATCH_MAIL_FROM")
        return
    place = f"{current.smtp_host}:{current.smtp_port}"
    match greet(replace(mail_server(current), timeout_seconds=5), sender):
        case Accepted():
            yield Finding("mail", Health.GOOD, f"{place} answers")
        case Unreachable(reason):
            advice = "set STANCEWATCH_SMTP_HOST, or leave it if nobody gets mail"
            yield Finding("mail", Health.NOTICE, f"{place}: {reason}", advice)


def check_templates(current: Settings) -> Iterator[Finding]:
    """Look whether an operator's own mail templates can be filled."""
    if current.mail_templates is None:
        return
    try:
        from services.alert.rehearsal import broken_templates
    except ImportError:
        return  # said by the check of mail
    advice = "correct it, or set STANCEWATCH_MAIL_TEMPLATES to another folder; until then our own is used"
    if not current.mail_templates.is_dir():
        yield Finding("mail templates", Health.BAD, f"{current.mail_templates} is no folder", advice)
        return
    broken = broken_templates(current.mail_templates, now=utc_now())
    for seen in broken:
        yield Finding("mail templates", Health.BAD, seen, advice)
    if not broken:
        yield Finding("mail templates", Health.GOOD, f"those in {current.mail_templates} can be filled")


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    check_networks,
    check_database,
    check_broker,
    check_model,
    check_chat_reader,
    check_mail,
    check_templates,
)


def _check_rows(session: Session) -> Iterator[Finding]:
    yield from _check_workers(session)
    now, oldest = database_now(session), handoffs.oldest_waiting(session)
    if oldest and now - oldest > LONGEST_WAIT:
        seen = f"the oldest piece of work waits since {oldest:%Y-%m-%d %H:%M} UTC"
        yield Finding("work", Health.BAD, seen, "see whether the workers run; their logs say why they do not")
    else:
        yield Finding("work", Health.GOOD, "nothing waits for long")
    yield from _check_dead(session)
    yield from _check_articles(session, now=now)
    yield from _check_feeds(session, now=now)


def _check_feeds(session: Session, *, now: datetime) -> Iterator[Finding]:
    sick = session.execute(
        select(func.count()).select_from(FeedPoll).join(Feed).where(col(Feed.active), col(FeedPoll.outcome).in_(UNWELL))
    ).scalar_one()
    if sick:
        yield Finding("feeds", Health.NOTICE, f"{sick} feeds failed at the last poll", "run: stancewatch feeds list")
    lost = (col(PollLog.outcome) == PollOutcome.WALKED_BACK) & col(PollLog.gap_suspected)
    gaps = session.scalars(
        select(col(Feed.url))
        .join(PollLog)
        .where(lost, col(PollLog.polled_at) > now - LATELY)
        .distinct()
        .order_by(col(Feed.url))
    ).all()
    if gaps:
        what = f"{len(gaps)} feeds showed entries lately that nobody saw: {', '.join(gaps[:MOST_NAMED])}"
        yield Finding("feeds", Health.NOTICE, what, "run: stancewatch feeds log FEED; a shorter poll interval helps")


def _check_articles(session: Session, *, now: datetime) -> Iterator[Finding]:
    for line in counts_story(census(session)):
        yield Finding("articles", Health.GOOD, line)
    for feed in walled_feeds(session, since=now - LATELY)[:MOST_NAMED]:
        seen = f"{feed.url}: {feed.walled} of its {feed.pages} latest pages are walls, stubs or empty"
        yield Finding(
            "feed", Health.NOTICE, seen, f"the feed's own text is read; see: stancewatch feeds log {feed.url}"
        )


def _check_workers(session: Session) -> Iterator[Finding]:
    now = database_now(session)
    for worker in WORKERS:
        beat_at = heartbeat.last_beat(session, worker)
        if beat_at is None or now - beat_at > heartbeat.LONGEST_SILENCE:
            seen = f"no work done since {beat_at:%Y-%m-%d %H:%M} UTC" if beat_at else "has never worked"
            yield Finding(f"{worker} worker", Health.BAD, seen, "start it: stancewatch up, or docker compose up")
        else:
            yield Finding(f"{worker} worker", Health.GOOD, f"worked {round((now - beat_at).total_seconds())} s ago")


def _check_dead(session: Session) -> Iterator[Finding]:
    row = handoffs.handoff.c
    dead = session.execute(select(row.task, row.subject_id, row.reason).where(row.state == HandoffState.DEAD).limit(20))
    for task, subject_id, reason in dead:
        yield Finding(
            "set aside",
            Health.NOTICE,
            f"{task} {subject_id}: {reason}",
            "correct the cause, then run: stancewatch doctor --retry",
        )
    lost = session.execute(
        select(func.count()).select_from(Delivery).where(col(Delivery.state) == DeliveryState.DEAD)
    ).scalar_one()
    if lost:
        yield Finding(
            "deliveries", Health.NOTICE, f"{lost} were given up", "run: stancewatch deliveries list --state dead"
        )


def _broker(current: Settings) -> "Redis":
    if current.broker_url:
        return Redis.from_url(current.broker_url, socket_timeout=5, socket_connect_timeout=5, decode_responses=True)
    return Redis(unix_socket_path=str(current.broker_socket), socket_timeout=5, decode_responses=True)
