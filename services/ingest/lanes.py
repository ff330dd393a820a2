"""Asking many feeds at once: each host gets a few lanes, and in a lane requests follow one another at a distance."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock

from services.ingest.answers import Failed, FailureKind, FeedAnswer, FeedAsked, FetchFeed
from services.ingest.politeness import HostBusy, HostPolicy
from services.ingest.urls import host_of

Pair = tuple[FeedAsked, FeedAnswer]


class _Pace:
    """When the next request to a host may start; its lanes share it, so that slow answers bring no two together."""

    def __init__(self, spacing: float) -> None:
        self._spacing = spacing
        self._free_at = time.monotonic()
        self._lock = Lock()

    def next_start(self) -> float:
        """Take the next start, on the monotonic clock."""
        with self._lock:
            starts_at = max(self._free_at, time.monotonic())
            self._free_at = starts_at + self._spacing
            return starts_at


@dataclass(frozen=True, slots=True)
class _Lane:
    """Feeds of one host to be asked one after the other, at the host's pace."""

    feeds: Sequence[FeedAsked]
    pace: _Pace


@dataclass(frozen=True, slots=True)
class Lanes:
    """How feeds are asked: by what, how politely, by how many threads, and when no more are begun."""

    fetch: FetchFeed
    policy: HostPolicy
    threads: int = 16
    most_seconds: float = 45
    linger_seconds: float = 0.1  # answers that come so soon after another are saved with it

    def ask(self, asked: Sequence[FeedAsked], *, free: Mapping[str, int] | None = None) -> Iterator[tuple[Pair, ...]]:
        """Yield answers as they come, as many together as are there; feeds not asked in time get none.

        `free` says how many requests may run at a host; by default as many as the policy allows.
        """
        answers: SimpleQueue[Pair | None] = SimpleQueue()
        lanes = _lanes(asked, self.policy, free or {})
        deadline = time.monotonic() + self.most_seconds
        with ThreadPoolExecutor(min(self.threads, len(lanes)) or 1, thread_name_prefix="lane") as pool:
            running = [pool.submit(self._drive, lane, answers, deadline) for lane in lanes]
            left = len(lanes)
            while left:
                some = _drain(answers, lanes=left, linger=self.linger_seconds)
                left -= some.count(None)
                if pairs := tuple(pair for pair in some if pair is not None):
                    yield pairs
        for lane in running:
            lane.result()  # a bug in a lane is raised here

    def _drive(self, lane: _Lane, answers: "SimpleQueue[Pair | None]", deadline: float) -> None:
        try:
            for feed in lane.feeds:
                starts_at = lane.pace.next_start()
                if starts_at > deadline:
                    return
                time.sleep(max(0.0, starts_at - time.monotonic()))
                try:
                    answer = self.fetch(feed)
                except HostBusy:
                    continue  # the host that it is redirected to; it is still due
                answers.put((feed, answer))
                if isinstance(answer, Failed) and answer.kind is FailureKind.BUSY:
                    return  # the host asks for rest
        finally:
            answers.put(None)


def _lanes(asked: Sequence[FeedAsked], policy: HostPolicy, free: Mapping[str, int]) -> list[_Lane]:
    hosts: dict[str, list[FeedAsked]] = defaultdict(list)
    for feed in asked:
        hosts[host_of(feed.url)].append(feed)
    lanes: list[_Lane] = []
    for host, each in hosts.items():
        pace = _Pace(policy.spacing.total_seconds())
        parallel = min(free.get(host, policy.parallel), len(each))
        lanes += [_Lane(each[number::parallel], pace) for number in range(parallel)]
    return lanes


def _drain(answers: "SimpleQueue[Pair | None]", *, lanes: int, linger: float) -> list[Pair | None]:
    """Return what comes within `linger` of the first answer; the end of the last lane ends it at once."""
    some = [answers.get()]
    until = time.monotonic() + linger
    while some.count(None) < lanes:
        try:
            some.append(answers.get(timeout=max(0.001, until - time.monotonic())))
        except Empty:
            break
    return some
