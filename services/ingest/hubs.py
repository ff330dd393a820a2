"""What is asked of a feed's hub (WebSub), and when it is asked again after its answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from services.ingest.fetcher import Manners
from shared.leases import Lease
from shared.locations import Forbidden, read_url, redirected
from shared.vocabulary import HubWish
from shared.web import Answered, Limits, Outcome, Request, Send, TooLarge

LEASE_WISHED = timedelta(days=10)  # what hubs grant by custom
VERIFIED_WITHIN = timedelta(hours=6)  # a hub that accepted and has not called back by then is asked again
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=10), timedelta(days=1)
DELIVERS_WITHIN = timedelta(days=3)  # a hub that was silent for so long is trusted no more to slow our own asking
REPEATED = frozenset({307, 308})  # redirects after which a form is sent again as it is
LIMITS = Limits(connect_seconds=10, read_seconds=15, total_seconds=20, body_bytes=64 * 1024, redirects=0)
LONGEST_ANSWER_SHOWN = 200


@dataclass(frozen=True, slots=True)
class HubTask:
    """A hub to be asked, for what, and by which secrets the answer will be known."""

    feed_id: int
    hub: str
    topic: str
    wish: HubWish
    token: str
    secret: str
    failures: int
    lease: Lease


@dataclass(frozen=True, slots=True)
class HubVerdict:
    """What asking a hub came to, and when it is asked again if it does not call back."""

    next_try_at: datetime
    failures: int
    detail: str


def ask(task: HubTask, *, callback: str, send: Send, manners: Manners) -> Outcome:
    """Send the request, again where the hub says that it lives elsewhere."""
    form = {"hub.mode": task.wish.value, "hub.topic": task.topic, "hub.callback": callback}
    if task.wish is HubWish.SUBSCRIBE:
        form |= {"hub.secret": task.secret, "hub.lease_seconds": str(int(LEASE_WISHED.total_seconds()))}
    headers = (("user-agent", manners.user_agent), ("content-type", "application/x-www-form-urlencoded"))
    request = Request(task.hub, "POST", headers, urlencode(form).encode())
    outcome = send(request, LIMITS)
    if isinstance(outcome, Answered) and outcome.status in REPEATED and (place := outcome.header("location")):
        try:
            there = str(redirected(read_url(task.hub), place))
        except Forbidden:
            return outcome
        outcome = send(Request(there, "POST", headers, request.body), LIMITS)
    return outcome


def judge_answer(task: HubTask, outcome: Outcome, *, now: datetime) -> HubVerdict:
    """Decide what a hub's answer means: it accepted, or it is asked again, ever more rarely."""
    match outcome:
        case Answered(status=status) | TooLarge(status=status) if 200 <= status < 300:
            return HubVerdict(now + VERIFIED_WITHIN, 0, "the hub accepted and has yet to call back")
        case Answered(status=status, body=body):
            said = " ".join(body[:LONGEST_ANSWER_SHOWN].decode("utf-8", "replace").split())
            detail = f"the hub answered {status}: {said}" if said else f"the hub answered {status}"
        case TooLarge(status=status):
            detail = f"the hub answered {status}"
        case _:
            detail = outcome.reason
    wait: timedelta = min(FIRST_RETRY * 2 ** min(task.failures, 20), LONGEST_RETRY)
    return HubVerdict(now + wait, task.failures + 1, detail)
