"""Mail that comes back is told from everything else; its mailbox gets no more, until that is lifted."""

from __future__ import annotations

import pytest
from sqlmodel import select

from services.alert.dsn import Bounce, NotABounce, read_bounce
from services.alert.mail import Sender, compose, sender_of
from services.alert.returned import Taken, lift, mailboxes, take_back
from shared.failures import UserMistake
from shared.tables import Delivery
from shared.vocabulary import DeliveryState, News
from tests.alert.builders import a_parcel
from tests.alert.world import World

KEY = "0123456789abcdef0123456789abcdef"
SENDER = Sender("stancewatch", "alerts@watch.example", "bounces@watch.example")


def report(
    *,
    key: str = KEY,
    to: str = "",
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = "rfc822",
) -> bytes:
    """A report as mail servers write it: words, fields for programs, and the mail or its header."""
    header = f"Subject: Ada Quill on Harbour toll\nMessage-ID: <{key}@watch.example>\n"
    parts = {
        "text/plain": "I'm sorry to have to inform you ...",
        "message/delivery-status": "Reporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; desk@paper.example\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <desk@paper.example>: no such\n user here\n",
    }
    if returned == "rfc822":
        parts["message/rfc822"] = f"{header}\nthe whole mail"
    elif returned == "headers":
        parts["text/rfc822-headers"] = header
    written = "".join(f"--cut\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts.items())
    top = f"From: MAILER-DAEMON@mx.example\nTo: {to or 'alerts@watch.example'}\nMIME-Version: 1.0\n"
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"'
    return f"{top}{kind}\n\n{written}--cut--\n".encode()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(report(), id="the mail itself comes back"),
        pytest.param(report(returned="headers"), id="its header"),
        pytest.param(report(to=f"bounces+{KEY}@watch.example", returned=""), id="only its return path"),
        pytest.param(report(to=f"bounces+{KEY.upper()}@watch.example", key="f" * 32), id="the return path goes first"),
    ],
)
def test_a_report_says_which_mail_and_why(raw: bytes) -> None:
    assert read_bounce(raw) == Bounce(KEY, "5.1.1", "5.1.1 550 5.1.1 <desk@paper.example>: no such user here")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(report(action="delayed", status="4.4.1"), id="only a delay"),
        pytest.param(report(action="delivered", status="2.0.0"), id="a delivery"),
        pytest.param(report(key="not ours"), id="another mail"),
        pytest.param(report(status="unknown"), id="no status"),
        pytest.param(b"Subject: I am on holiday\n\nback on Monday", id="an answer by a person's program"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe\x00" * 1000, id="noise"),
        pytest.param(report()[:400], id="a report that was cut off"),
    ],
)
def test_what_is_no_bounce(raw: bytes) -> None:
    assert isinstance(read_bounce(raw), NotABounce)


def test_what_we_send_can_be_told_when_it_comes_back() -> None:
    mail = compose(a_parcel(key=KEY), sender=SENDER)
    assert mail["Message-ID"] == f"<{KEY}@watch.example>"
    assert SENDER.return_path(KEY) == f"bounces+{KEY}@watch.example"
    assert sender_of("alerts@watch.example").return_path(KEY) == "alerts@watch.example"


def bounced(world: World, status: str = "5.1.1", subscription: str = "desk") -> Taken:
    with world.begin() as tx:
        row = tx.session.exec(select(Delivery).where(Delivery.address == f"{subscription}@paper.example")).first()
        assert row is not None
        return take_back(tx.session, Bounce(row.key, status, f"{status} no"), now=world.now)


def test_a_mailbox_that_is_not_there_gets_no_more_until_that_is_lifted(world: World) -> None:
    world.subscribe("desk")
    world.subscribe("wire")
    shift_id = world.detect(1)
    assert bounced(world) is Taken.SUPPRESSED
    assert bounced(world) is Taken.KNOWN
    world.detect(2)
    assert world.told.count(("desk", News.DETECTED, 1)) == 1
    with world.begin() as tx:
        (one,) = mailboxes(tx.session)
        assert (one.address, one.suppressed_at, one.reason) == ("desk@paper.example", world.now, "5.1.1 no")
        lift(tx.session, "desk@paper.example")
    world.detect(3)
    assert world.told.count(("desk", News.DETECTED, 1)) == 2
    world.parcels.clear()
    world.disprove(shift_id)
    world.run()
    assert world.told == [("wire", News.WITHDRAWN, 1)]  # whose copy came back never heard of it
    with world.begin() as tx:
        assert tx.session.exec(select(Delivery).order_by("id")).first().state is DeliveryState.DEAD


def test_a_report_of_no_mail_of_ours_changes_nothing(world: World) -> None:
    with world.begin() as tx:
        assert take_back(tx.session, Bounce(KEY, "5.1.1", "no"), now=world.now) is Taken.NOT_OURS
        assert mailboxes(tx.session) == ()
        with pytest.raises(UserMistake, match="bounces list"):
            lift(tx.session, "desk@paper.example")
