"""How many feeds a second our ingest asks, and at how much CPU, beside `reader` and a bare loop of requests.

`python -m benchmarks.ingest.poll [FEEDS]` starts the origin, runs each contender in a process of its own over the same
feeds (one first read, then rounds in which 90 % answer 304, 8 % the same body, 2 % a new entry) and prints a table.
`reader` is measured where it is installed: `pip install reader sgmllib3k`.
"""

import contextlib
import importlib.util
import json
import logging
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]
import structlog
from sqlalchemy import Engine

from services.ingest import fetcher
from services.ingest.fetcher import Manners
from services.ingest.handlers import poll_due_feeds
from services.ingest.lanes import Lanes
from services.ingest.parser_process import ParserProcess
from services.ingest.politeness import HostPolicy
from services.ingest.values import PollPolicy
from shared.addresses import read_networks
from shared.clock import utc_now
from shared.database import create_database
from shared.egress import Door, Rules
from shared.schema import upgrade
from shared.tables import Feed, FeedPoll
from shared.transaction import Begin, transactions
from shared.web import Limits

ROUNDS = 3
HOSTS = 64  # loopback addresses, so that feeds spread over hosts as in life


def url(port: int, number: int) -> str:
    """Return the address of a feed; 127.0.0.1 to 127.0.0.64 are all this machine."""
    return f"http://127.0.0.{number % HOSTS + 1}:{port}/feed/{number}"


def ours(port: int, count: int, folder: Path) -> Callable[[], None]:
    """Our handler with the real door, parser process and database; what a worker runs for each batch."""
    begin = _feeds_due(create_database(f"sqlite:///{folder / 'ours.db'}"), port, count)
    door = Door(Rules(networks=read_networks(["127.0.0.0/8"])))
    ask = partial(
        fetcher.fetch_feed,
        send=door.send,
        parse=ParserProcess().parse,
        manners=Manners("bench", Limits()),
        now=utc_now(),
    )
    lanes = Lanes(ask, HostPolicy(2, timedelta(), 64))
    now = utc_now()
    policy = PollPolicy(timedelta(hours=1), timedelta(hours=1), timedelta(hours=1))

    def once() -> None:
        nonlocal now
        now += timedelta(hours=2)
        for _ in range(0, count, 64):
            poll_due_feeds(begin=begin, lanes=lanes, policy=policy, most=64, now=now)

    return once


def _feeds_due(database: Engine, port: int, count: int) -> Begin:
    upgrade(database)
    begin = transactions(database, lambda event: None)
    with begin() as tx:
        for number in range(count):
            tx.session.add(Feed(id=number + 1, url=url(port, number), added_at=utc_now()))
        tx.session.flush()
        for number in range(count):
            tx.session.add(FeedPoll(feed_id=number + 1, next_poll_at=utc_now()))
    return begin


def reader(port: int, count: int, folder: Path) -> Callable[[], None]:
    """The `reader` library, as its documentation says to update many feeds."""
    from reader import make_reader

    library = make_reader(str(folder / "reader.db"))
    for number in range(count):
        library.add_feed(url(port, number))
    return lambda: library.update_feeds(workers=8, scheduled=False)


def bare(port: int, count: int, folder: Path) -> Callable[[], None]:
    """A loop of conditional requests that parses and stores nothing."""
    client = httpx.Client()
    tags: dict[int, str] = {}

    def once() -> None:
        for number in range(count):
            known = {"if-none-match": tags[number]} if number in tags else {}
            tags[number] = client.get(url(port, number), headers=known).headers["etag"]

    return once


CONTENDERS: dict[str, Callable[[int, int, Path], Callable[[], None]]] = {"ours": ours, "reader": reader, "bare": bare}


def contend(name: str, port: int, count: int) -> None:
    """Run one contender and print its figures as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        once = CONTENDERS[name](port, count, Path(folder))
        first = _measured(once)
        rounds = []
        for _ in range(ROUNDS):
            httpx.post(f"http://127.0.0.1:{port}/round")
            rounds.append(_measured(once))
        best = min(rounds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"name": name, "first": first, "round": best, "peak_mb": peak}))
    sys.stdout.flush()


def _measured(once: Callable[[], None]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), _cpu()
    once()
    return time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    """CPU of this process and its parser, which still runs and is no finished child yet."""
    process = psutil.Process()
    times = [process.cpu_times(), *(child.cpu_times() for child in process.children())]
    return float(sum(each.user + each.system for each in times))


@contextlib.contextmanager
def origin(count: int) -> Iterator[int]:
    """Run the origin in a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.ingest.origin", str(port), str(count)]
    with subprocess.Popen(command) as process:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        try:
            yield port
        finally:
            process.terminate()


def main(count: int) -> None:
    """Run all contenders one after the other, each against a fresh origin."""
    names = [name for name in CONTENDERS if name != "reader" or importlib.util.find_spec("reader")]
    print(f"{count} feeds of 30 entries; {'':14}first read | a later round: feeds/s, CPU ms/feed | peak MB")
    for name in names:
        with origin(count) as port:
            command = [sys.executable, "-m", "benchmarks.ingest.poll", "--contend", name, str(port), str(count)]
            found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout.splitlines()[-1])
        (wall1, cpu1), (wall, cpu) = found["first"], found["round"]
        first = f"{count / wall1:6.0f} feeds/s {cpu1 / count * 1e3:6.2f} ms"
        print(f"{name:8} {first} | {count / wall:6.0f} feeds/s {cpu / count * 1e3:6.2f} ms | {found['peak_mb']:4}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--contend"]:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        contend(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main(int((sys.argv[1:] or ["2000"])[0]))
