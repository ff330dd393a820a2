"""Whatever is asked of a host, and whichever worker asks: starts keep their distance, and only a few run at once."""

import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event, Lock

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from services.ingest import host_queries
from services.ingest.answers import FeedAnswer, FeedAsked, NotModified, PageAnswer, PageAsked, PageNever, Wishes
from services.ingest.fetcher import Manners, fetch_page
from services.ingest.handlers import fetch_document, find_work, poll_due_feeds
from services.ingest.lanes import Lanes
from services.ingest.politeness import HostBusy, HostPolicy
from services.ingest.robots import RobotsBook, Welcome
from services.ingest.values import Sweep
from services.ingest.visits import Visits
from shared.clock import utc_now
from shared.egress import Door
from shared.events import DocumentFound
from shared.tables import Article, Document, FeedPoll, Handoff, HostRest, HostVisit, PollLog
from shared.transaction import Begin, transactions
from shared.web import Answered, Limits, Outcome, Refused, Request
from tests.ingest.builders import add_feed
from tests.ingest.conftest import LEASE, NOW, POLICY
from tests.shared.origin import Origin, answer

SPACING = timedelta(milliseconds=150)
LATE = 0.12  # seconds
POLITE = HostPolicy(parallel=2, spacing=SPACING, most_in_batch=8)
QUICK = Limits(total_seconds=5)
MANNERS = Manners("probe", QUICK)


class Watch:
    """An origin that notes when requests began at which host, and how many ran at once."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.starts: dict[str, list[float]] = {}
        self.most = 0
        self._running = 0
        self._lock = Lock()

    def __call__(self, request: Request, limits: Limits) -> Outcome:
        with self._lock:
            self.starts.setdefault(request.url.split("/")[2], []).append(time.monotonic())
            self._running += 1
            self.most = max(self.most, self._running)
        time.sleep(self.seconds)
        with self._lock:
            self._running -= 1
        return Answered(200, (), b"", request.url)

    def keeps_distance(self, host: str) -> bool:
        """Tell whether any two starts lie as far apart as they should, but for how late a busy machine wakes us."""
        pairs = itertools.combinations(enumerate(sorted(self.starts[host])), 2)
        spacing = SPACING.total_seconds()
        return all(later - earlier > (last - first) * spacing - LATE for (first, earlier), (last, later) in pairs)


def knocking(visits: Visits, url: str) -> Callable[[], None]:
    """Ask until the host lets us in, as the sweep does."""

    def knock() -> None:
        while True:
            try:
                visits(Request(url), QUICK)
            except HostBusy as busy:
                time.sleep(max(0.01, min(0.2, (busy.until - utc_now()).total_seconds())))
            else:
                return

    return knock


def test_all_workers_together_keep_the_distance_and_the_number(any_database: Engine) -> None:
    watch = Watch(seconds=0.4)
    workers = [Visits(watch, transactions(any_database, lambda _: None), POLITE, utc_now) for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(knocking(workers[n % 3], f"http://a.example/{n}")) for n in range(6)]:
            done.result()
    assert len(watch.starts["a.example"]) == 6
    assert watch.most <= 2
    assert watch.keeps_distance("a.example")
    with Session(any_database) as session:
        assert session.exec(select(HostVisit)).all() == []


def test_feeds_and_pages_of_a_host_share_its_pace(begin: Begin) -> None:
    watch = Watch(seconds=0.3)
    visits = Visits(watch, begin, POLITE, utc_now)

    def fetch(feed: FeedAsked) -> FeedAnswer:
        watch(Request(feed.url), QUICK)
        return NotModified(feed.had, Wishes())

    for number in range(4):
        add_feed(begin, f"http://a.example/{number}", due_at=utc_now())
    with ThreadPoolExecutor(3) as pool:
        lanes = Lanes(fetch, POLITE)
        polls = pool.submit(lambda: poll_due_feeds(begin=begin, lanes=lanes, policy=POLICY, most=64, now=utc_now()))
        time.sleep(0.1)
        pages = [pool.submit(knocking(visits, f"http://a.example/page{n}")) for n in range(2)]
        for done in (polls, *pages):
            done.result()
    assert len(watch.starts["a.example"]) == 6
    assert watch.most <= 2
    assert watch.keeps_distance("a.example")


class Counting(Watch):
    """As services that count readers do, sends whoever asks anybody on to one host."""

    def __call__(self, request: Request, limits: Limits) -> Outcome:
        answered = super().__call__(request, limits)
        assert isinstance(answered, Answered)
        if "//all." in request.url:
            return answered
        to = f"http://all.example/{request.url.split('//')[1]}"
        return Answered(302, (("location", to),), b"", request.url)


def asking(visits: Visits) -> Lanes:
    """Ask for feeds as the worker does, of which none has changed."""

    def fetch(feed: FeedAsked) -> FeedAnswer:
        outcome = visits.from_there(Request(feed.url), QUICK)
        assert isinstance(outcome, Answered)
        assert outcome.url.startswith("http://all.example/")
        return NotModified(feed.had, Wishes())

    return Lanes(fetch, POLITE)


def test_feeds_of_many_hosts_that_lead_to_one_keep_their_distance_there(begin: Begin, session: Session) -> None:
    watch = Counting(seconds=0.2)
    visits = Visits(watch, begin, POLITE, utc_now)
    for number in range(5):
        add_feed(begin, f"http://{number}.example/feed", due_at=utc_now())
    deadline = time.monotonic() + 20
    while len(session.exec(select(PollLog)).all()) < 5 and time.monotonic() < deadline:
        session.rollback()
        poll_due_feeds(begin=begin, lanes=asking(visits), policy=POLICY, most=64, now=utc_now())
    assert len(watch.starts["all.example"]) == 5
    assert watch.keeps_distance("all.example")
    assert session.exec(select(HostVisit)).all() == []


def test_a_feed_whose_way_leads_to_a_busy_host_has_not_failed_and_stays_due(begin: Begin, session: Session) -> None:
    feed_id = add_feed(begin, "http://a.example/feed", due_at=utc_now())
    with begin() as tx:
        host_queries.rest_hosts(tx.session, {"all.example": utc_now() + timedelta(hours=1)})
    visits = Visits(Counting(), begin, POLITE, utc_now)
    poll_due_feeds(begin=begin, lanes=asking(visits), policy=POLICY, most=64, now=utc_now())
    poll = session.get_one(FeedPoll, feed_id)
    assert (poll.failures, poll.lease_token, poll.polled_at) == (0, None, None)
    assert poll.next_poll_at <= utc_now()


def test_two_hosts_that_send_us_to_each_other_for_ever_are_left(begin: Begin) -> None:
    def to_and_fro(request: Request, limits: Limits) -> Outcome:
        other = "http://b.example/" if "//a." in request.url else "http://a.example/"
        return Answered(301, (("location", other),), b"", request.url)

    visits = Visits(to_and_fro, begin, HostPolicy(spacing=timedelta()), utc_now)
    assert visits(Request("http://a.example/"), QUICK) == Refused("more than 5 redirects")


def test_a_page_that_has_moved_is_read_only_where_its_new_site_allows_it(begin: Begin) -> None:
    watch = Counting()
    visits = Visits(watch, begin, POLITE, utc_now, allows=lambda url: Refused(f"robots.txt of {url}"))
    answer = fetch_page(PageAsked("http://a.example/1"), send=visits, manners=MANNERS)
    assert answer == PageNever("robots.txt of http://all.example/a.example/1")
    assert "all.example" not in watch.starts


def test_a_stuck_page_holds_nobody_else(begin: Begin) -> None:
    let_go = Event()

    def send(request: Request, limits: Limits) -> Outcome:
        if "stuck" in request.url:
            let_go.wait(20)
        return Answered(200, (), b"", request.url)

    visits = Visits(send, begin, POLITE, utc_now)
    with ThreadPoolExecutor(4) as pool:
        stuck = [pool.submit(knocking(visits, f"http://stuck.example/{n}")) for n in range(2)]
        time.sleep(0.6)
        began = time.monotonic()
        assert isinstance(visits(Request("http://a.example/"), QUICK), Answered)
        with pytest.raises(HostBusy):  # a third request does not wait in line: its worker does something else
            visits(Request("http://stuck.example/3"), QUICK)
        assert time.monotonic() - began < 2
        let_go.set()
        for done in stuck:
            done.result()


def test_a_host_that_asks_for_rest_gets_it_from_pages_too(begin: Begin, door: Door, origin: Origin) -> None:
    origin.answers["/page"] = answer(b"", "Retry-After: 3600", status="429 Too Many Requests")
    visits = Visits(door.send, begin, POLITE, utc_now)
    visits(Request(origin.url("/page")), QUICK)
    with pytest.raises(HostBusy) as busy:
        visits(Request(origin.url("/other")), QUICK)
    assert busy.value.until > utc_now() + timedelta(minutes=59)
    assert len(origin.requests) == 1


def test_a_worker_that_died_visiting_keeps_the_host_for_a_while_only(begin: Begin) -> None:
    with begin() as tx:
        host_queries.begin_visits(tx.session, {"a.example": 2}, token="dead", until=NOW + timedelta(minutes=2))
    watch = Watch()
    with pytest.raises(HostBusy):
        Visits(watch, begin, POLITE, lambda: NOW)(Request("http://a.example/"), QUICK)
    later = NOW + timedelta(minutes=3)
    Visits(watch, begin, POLITE, lambda: later)(Request("http://a.example/"), QUICK)
    assert len(watch.starts["a.example"]) == 1


def test_a_page_whose_host_is_busy_is_no_try_and_comes_back(any_database: Engine) -> None:
    begin = transactions(any_database, lambda _: None)
    with begin() as tx:
        tx.session.add(
            Document(entry_key="k", url="http://a.example/1", title="T", content="<p>Short.</p>", found_at=NOW)
        )
        tx.session.flush()
        tx.emit(DocumentFound(document_id=1))

    def busy(asked: PageAsked) -> PageAnswer:
        raise HostBusy("a.example", utc_now() + timedelta(seconds=-1))

    for _ in range(10):  # more often than a document may be tried
        fetch_document(1, begin=begin, fetch=busy, now=NOW, lease=LEASE)
    rung: list[object] = []
    find_work(begin=begin, publish=rung.append, sweep=Sweep(timedelta(minutes=1)), now=NOW)
    assert rung == [DocumentFound(document_id=1)]
    fetch_document(1, begin=begin, fetch=lambda asked: PageNever("gone"), now=NOW, lease=LEASE)
    with Session(any_database) as session:
        assert session.exec(select(Article.text)).all() == ["Short."]
        assert session.exec(select(Handoff).where(Handoff.task == "ingest.fetch_document")).all() == []


def test_robots_and_page_are_two_requests_at_a_distance(begin: Begin, door: Door, origin: Origin) -> None:
    moments: list[datetime] = []

    def send(request: Request, limits: Limits) -> Outcome:
        moments.append(utc_now())
        return door.send(request, limits)

    origin.answers["/page"] = answer(b"<html>", "Content-Type: text/html")
    visits = Visits(send, begin, POLITE, utc_now)
    assert RobotsBook(send=visits, manners=MANNERS).permission(origin.url("/page")) == Welcome()
    fetch_page(PageAsked(origin.url("/page")), send=visits, manners=MANNERS)
    assert moments[1] - moments[0] > SPACING * 0.6


def test_what_needs_no_keeping_is_forgotten(any_database: Engine) -> None:
    with Session(any_database) as session, session.begin():
        host_queries.rest_hosts(session, {"a.example": NOW, "b.example": NOW + timedelta(seconds=9)})
        host_queries.begin_visits(session, {"a.example": 1}, token="t", until=NOW)
        host_queries.forget_hosts(session, now=NOW)
        assert session.exec(select(HostRest.host)).all() == ["b.example"]
        assert session.exec(select(HostVisit)).all() == []
