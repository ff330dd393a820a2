"""Counting requests: in Redis for all processes of the service, in this process while Redis is away."""

from __future__ import annotations

from threading import Lock
from typing import Any

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from services.api.quotas import Counter

PATIENCE_SECONDS = 0.25
MOST_IN_MEMORY = 50_000
SOCKET = "redis+socket://"
log = structlog.get_logger()


class MemoryCounter:
    """Counts within this process; what belongs to past windows goes when the memory fills."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, int], int] = {}
        self._lock = Lock()

    def add(self, who: str, window: int, *, seconds: int) -> tuple[int, int]:
        del seconds
        with self._lock:
            if len(self._counts) >= MOST_IN_MEMORY:
                kept = {key: count for key, count in self._counts.items() if key[1] >= window - 1}
                self._counts = kept if len(kept) < MOST_IN_MEMORY else {}
            count = self._counts[who, window] = self._counts.get((who, window), 0) + 1
            return self._counts.get((who, window - 1), 0), count

    def take_back(self, who: str, window: int) -> None:
        with self._lock:
            self._counts[who, window] = max(0, self._counts.get((who, window), 0) - 1)


class SharedCounter:
    """Counts in Redis; a request is never refused, nor kept waiting, because Redis is away."""

    def __init__(self, redis: Redis, alone: Counter) -> None:
        self._redis = redis
        self._alone = alone

    def add(self, who: str, window: int, *, seconds: int) -> tuple[int, int]:
        try:
            with self._redis.pipeline(transaction=False) as asked:
                asked.incr(_key(who, window))
                asked.expire(_key(who, window), 2 * seconds)
                asked.get(_key(who, window - 1))
                count, _, before = asked.execute()
        except RedisError as error:
            log.warning("requests_counted_alone", reason=type(error).__name__)
            return self._alone.add(who, window, seconds=seconds)
        return int(before or 0), int(count)

    def take_back(self, who: str, window: int) -> None:
        try:
            self._redis.decr(_key(who, window))
        except RedisError:
            self._alone.take_back(who, window)


def counter_at(broker: str) -> Counter:
    """Return the counter of a service whose broker is at this URL; nothing is connected yet."""
    patience: dict[str, Any] = {
        "socket_timeout": PATIENCE_SECONDS,
        "socket_connect_timeout": PATIENCE_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    if broker.startswith(SOCKET):
        return SharedCounter(Redis(unix_socket_path=broker.removeprefix(SOCKET), **patience), MemoryCounter())
    return SharedCounter(Redis.from_url(broker, **patience), MemoryCounter())


def _key(who: str, window: int) -> str:
    return f"stancewatch:asked:{who}:{window}"
