"""How often somebody may ask: a sliding minute, judged from the counts of this window and the one before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many requests in so many seconds; `name` is what the answer's headers call it."""

    name: str
    most: int
    seconds: int = 60


@dataclass(frozen=True, slots=True)
class Within:
    """The request may pass; `left` more may follow at once, and `reset` is when all may again, in seconds."""

    quota: Quota
    left: int
    reset: int


@dataclass(frozen=True, slots=True)
class Over:
    """The request came too early; after `retry_after` seconds one more may pass."""

    quota: Quota
    retry_after: int


Verdict = Within | Over


class Counter(Protocol):
    """Counts requests by who asks and by window; shared by all processes of the service, as far as possible."""

    def add(self, who: str, window: int, *, seconds: int) -> tuple[int, int]:
        """Count one more; return the count of the window before and of this one."""

    def take_back(self, who: str, window: int) -> None:
        """Forget one that was refused, so that who keeps knocking is not shut out for longer."""


def ask_leave(counter: Counter, quota: Quota, who: str, *, at: float) -> Verdict:
    """Count a request of `who` at a time in seconds, and say whether it may pass."""
    window, elapsed = int(at // quota.seconds), at % quota.seconds
    name = f"{quota.name}:{who}"
    before, count = counter.add(name, window, seconds=quota.seconds)
    verdict = judge(quota, before=before, count=count, elapsed=elapsed)
    if isinstance(verdict, Over):
        counter.take_back(name, window)
    return verdict


def judge(quota: Quota, *, before: int, count: int, elapsed: float) -> Verdict:
    """Judge the request that made `count`; the window before fades out evenly while this one goes on."""
    fading = before * (1 - elapsed / quota.seconds)
    if fading + count <= quota.most:
        return Within(quota, math.floor(quota.most - fading - count), math.ceil(quota.seconds - elapsed))
    passed = count - 1
    if passed < quota.most:
        wait = _faded(before, quota.most - passed - 1, quota.seconds) - elapsed
    else:
        wait = quota.seconds - elapsed + _faded(passed, quota.most - 1, quota.seconds)
    return Over(quota, max(1, math.ceil(wait)))


def headers_of(verdict: Verdict) -> dict[str, str]:
    """Write a verdict as the draft standard on rate limits has it, and when to come again where it is refused."""
    quota = verdict.quota
    policy = {"RateLimit-Policy": f'"{quota.name}";q={quota.most};w={quota.seconds}'}
    match verdict:
        case Within(_, left, reset):
            return {**policy, "RateLimit": f'"{quota.name}";r={left};t={reset}'}
        case Over(_, retry_after):
            told = {"RateLimit": f'"{quota.name}";r=0;t={retry_after}', "Retry-After": str(retry_after)}
            return {**policy, **told}


def _faded(count: int, room: int, seconds: int) -> float:
    """Return how long a window of `count` must fade until at most `room` of it is left."""
    return seconds * (1 - room / count) if count > room else 0.0
