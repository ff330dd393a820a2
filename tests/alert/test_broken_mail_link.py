"""R12: the link to the mail server breaks at three places; nothing is lost, and copies share one Message-ID."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from enum import Enum

import pytest
from sqlmodel import select

from services.alert.channels.email import MailServer, email_channel
from services.alert.delivery import DeliveryPolicy
from services.alert.handlers import deliver, raise_alerts
from services.alert.mail import sender_of
from shared.events import ShiftDetected
from shared.tables import Attempt, Delivery
from shared.transaction import Begin, Read
from shared.vocabulary import AttemptOutcome, ChannelKind, DeliveryState
from tests.alert.builders import LEASE, REPORT, store_shift, subscribe, watch

CUTS_EACH = 50


class Cut(Enum):
    BEFORE_DATA = "before DATA"
    IN_DATA = "in DATA"
    AFTER_DOT = "after the final dot, before 250"


@dataclass
class Faulty:
    """A mail server that breaks every other connection off at one place, and keeps what it took over."""

    cut: Cut
    connections: int = 0
    taken: list[str] = field(default_factory=list)

    def talk(self, link: socket.socket) -> None:
        self.connections += 1
        cut = self.cut if self.connections % 2 else None
        with link, link.makefile("rb") as lines:
            link.sendall(b"220 ready\r\n")
            for line in lines:
                match line.split()[0].upper():
                    case b"DATA" if cut is Cut.BEFORE_DATA:
                        return
                    case b"DATA":
                        link.sendall(b"354 go on\r\n")
                        if cut is Cut.IN_DATA:
                            lines.read(300)
                            return
                        self.taken.append(_message_id(lines))
                        if cut is Cut.AFTER_DOT:
                            return
                        link.sendall(b"250 taken\r\n")
                    case b"QUIT":
                        link.sendall(b"221 bye\r\n")
                        return
                    case _:
                        link.sendall(b"250 OK\r\n")


def _message_id(lines: Iterator[bytes]) -> str:
    content = b"".join(iter(lambda: next(lines), b".\r\n"))
    return str(message_from_bytes(content)["Message-ID"])


@contextmanager
def serving(server: Faulty) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    link, _ = listener.accept()
                except OSError:
                    return
                server.talk(link)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def raise_many(begin: Begin, count: int) -> None:
    with begin() as tx:
        watch(tx.session)
        for number in range(count):
            subscribe(tx.session, f"desk-{number}")
        shift_id = store_shift(tx.session, replace(REPORT))
        tx.emit(ShiftDetected(shift_id=shift_id))
    raise_alerts(shift_id, begin=begin, lease=LEASE, now=datetime.now(UTC))


@pytest.mark.parametrize(
    ("cut", "copies", "logged"),
    [
        pytest.param(Cut.BEFORE_DATA, 1, AttemptOutcome.UNREACHABLE, id="before DATA nothing was sent"),
        pytest.param(Cut.IN_DATA, 1, None, id="in DATA nothing was taken"),
        pytest.param(
            Cut.AFTER_DOT, 2, AttemptOutcome.INTERRUPTED, id="after the dot a second copy, and the log says so"
        ),
    ],
)
def test_a_broken_link_loses_nothing(
    begin: Begin, read: Read, *, cut: Cut, copies: int, logged: AttemptOutcome | None
) -> None:
    server = Faulty(cut)
    raise_many(begin, CUTS_EACH)
    with serving(server) as port:
        channel = email_channel(MailServer("127.0.0.1", port, timeout_seconds=10), sender_of("alerts@watch.example"))
        for delivery_id in range(1, CUTS_EACH + 1):
            for _ in range(2):
                with read() as session:
                    due_at = session.exec(select(Delivery.next_attempt_at).where(Delivery.id == delivery_id)).one()
                assert due_at is not None
                deliver(
                    delivery_id,
                    begin=begin,
                    channels={ChannelKind.EMAIL: channel},
                    policy=DeliveryPolicy(LEASE),
                    now=due_at,
                )
    with read() as session:
        deliveries = session.exec(select(Delivery)).all()
        first_tries = session.exec(select(Attempt.outcome).where(Attempt.number == 1)).all()
    assert {row.state for row in deliveries} == {DeliveryState.DELIVERED}
    assert len(set(server.taken)) == CUTS_EACH
    assert len(server.taken) == CUTS_EACH * copies
    assert logged is None or set(first_tries) == {logged}
