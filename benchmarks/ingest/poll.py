"""How many feeds a second our ingest asks, and at how much CPU, beside `reader` and a bare loop of requests.

`python -m benchmarks.ingest.poll [FEEDS [CONTENDER ...]]` starts the origin, runs each contender in a process of its
own over the same feeds (one first read, then rounds in which 90 % answer 304, 8 % the same body, 2 % a new entry) and
prints a table. `ours` is the whole path: a Celery worker over the bundled broker, with its database, its parser's
process and every check; `handler` is the same without queue and broker. `reader` is measured where it is installed:
`pip install reader sgmllib3k`. Memory is each process's proportional share (PSS).
"""

import asyncio
import contextlib
import importlib.util
import json
import logging
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]
import structlog

from benchmarks.ingest.whole_path import add_feeds, whole_path
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
from shared.web import Limits

ROUNDS = 3
HOSTS = 64  # loopback addresses, so that feeds spread over hosts as in life


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to ask all feeds once, and the processes whose CPU and memory that takes."""

    ask_all: Callable[[], None]
    processes: Callable[[], list[psutil.Process]]


def url(port: int, number: int) -> str:
    """Return the address of a feed; 127.0.0.1 to 127.0.0.64 are all this machine."""
    return f"http://127.0.0.{number % HOSTS + 1}:{port}/feed/{number}"


def urls(port: int, count: int) -> tuple[str, ...]:
    """Return the addresses of all feeds."""
    return tuple(url(port, number) for number in range(count))


@contextmanager
def ours(port: int, count: int, folder: Path) -> Iterator[Contender]:
    """A worker as `stancewatch up` runs it."""
    with whole_path(urls(port, count), folder) as path:
        yield Contender(path.ask_all, path.worker)


@contextmanager
def handler(port: int, count: int, folder: Path) -> Iterator[Contender]:
    """Our handler with the real door, parser process and database; what a worker runs for each batch."""
    begin = add_feeds(create_database(f"sqlite:///{folder / 'ours.db'}"), urls(port, count), due_at=utc_now())
    send = Door(Rules(networks=read_networks(["127.0.0.0/8"]))).send
    manners = Manners("bench", Limits())
    ask = partial(fetcher.fetch_feed, send=send, parse=ParserProcess().parse, manners=manners, now=utc_now())
    lanes = Lanes(ask, HostPolicy(2, timedelta(), 64))
    now = utc_now()
    policy = PollPolicy(timedelta(hours=1), timedelta(hours=1), timedelta(hours=1))

    def ask_all() -> None:
        nonlocal now
        now += timedelta(hours=2)
        for _ in range(0, count, 64):
            poll_due_feeds(begin=begin, lanes=lanes, policy=policy, most=64, now=now)

    yield Contender(ask_all, _this)


@contextmanager
def reader(port: int, count: int, folder: Path) -> Iterator[Contender]:
    """The `reader` library, as its documentation says to update many feeds."""
    from reader import make_reader  # type: ignore[import-not-found]

    library = make_reader(str(folder / "reader.db"))
    for each in urls(port, count):
        library.add_feed(each)
    yield Contender(lambda: library.update_feeds(workers=8, scheduled=False), _this)


@contextmanager
def bare(port: int, count: int, folder: Path) -> Iterator[Contender]:
    """A loop of conditional requests, one after the other, that parses and stores nothing."""
    client = httpx.Client()
    tags: dict[str, str] = {}

    def ask_all() -> None:
        for each in urls(port, count):
            known = {"if-none-match": tags[each]} if each in tags else {}
            tags[each] = client.get(each, headers=known).headers["etag"]

    yield Contender(ask_all, _this)


@contextmanager
def bare_async(port: int, count: int, folder: Path) -> Iterator[Contender]:
    """The same with sixteen requests at once, as an asynchronous client sends them."""
    tags: dict[str, str] = {}

    async def ask_some(client: httpx.AsyncClient, some: tuple[str, ...]) -> None:
        for each in some:
            known = {"if-none-match": tags[each]} if each in tags else {}
            tags[each] = (await client.get(each, headers=known)).headers["etag"]

    async def ask_all() -> None:
        addresses = urls(port, count)
        async with httpx.AsyncClient() as client:
            await asyncio.gather(*(ask_some(client, addresses[lane::16]) for lane in range(16)))

    yield Contender(lambda: asyncio.run(ask_all()), _this)


Start = Callable[[int, int, Path], AbstractContextManager[Contender]]
CONTENDERS: dict[str, Start] = {
    "ours": ours,
    "handler": handler,
    "reader": reader,
    "bare": bare,
    "bare async": bare_async,
}


def contend(name: str, port: int, count: int) -> None:
    """Run one contender and print its figures as JSON."""
    with tempfile.TemporaryDirectory() as folder, CONTENDERS[name](port, count, Path(folder)) as contender:
        first = _measured(contender)
        rounds = []
        for _ in range(ROUNDS):
            httpx.post(f"http://127.0.0.1:{port}/round")
            rounds.append(_measured(contender))
        memory = [process.memory_full_info().pss // 1024**2 for process in contender.processes()]
    print(json.dumps({"name": name, "first": first, "round": min(rounds), "megabytes": memory}))
    sys.stdout.flush()


def _measured(contender: Contender) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), _cpu(contender)
    contender.ask_all()
    return time.perf_counter() - wall, _cpu(contender) - cpu


def _cpu(contender: Contender) -> float:
    times = [process.cpu_times() for process in contender.processes()]
    return float(sum(each.user + each.system for each in times))


def _this() -> list[psutil.Process]:
    """This process and its parser, which still runs and is no finished child yet."""
    process = psutil.Process()
    return [process, *process.children()]


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


def main(count: int, names: list[str]) -> None:
    """Run all contenders one after the other, each against a fresh origin."""
    names = names or [name for name in CONTENDERS if name != "reader" or importlib.util.find_spec("reader")]
    print(f"{count} feeds of 30 entries; {'':14}first read | a later round: feeds/s, CPU ms/feed | MB of each process")
    for name in names:
        with origin(count) as port:
            command = [sys.executable, "-m", "benchmarks.ingest.poll", "--contend", name, str(port), str(count)]
            found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])
        (wall1, cpu1), (wall, cpu) = found["first"], found["round"]
        first = f"{count / wall1:6.0f} feeds/s {cpu1 / count * 1e3:6.2f} ms"
        later = f"{count / wall:6.0f} feeds/s {cpu / count * 1e3:6.2f} ms"
        print(f"{name:10} {first} | {later} | {' + '.join(map(str, found['megabytes']))}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--contend"]:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        contend(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main(int((sys.argv[1:] or ["2000"])[0]), sys.argv[2:])
