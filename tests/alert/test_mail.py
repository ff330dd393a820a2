from __future__ import annotations

import pytest

from services.alert.mail import Sender, compose, mail_address, sender_of
from shared.failures import PermanentFailure
from tests.alert.builders import a_parcel

SENDER = Sender("stancewatch", "alerts@watch.example")
OUR_HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "List-Id",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Content-Type",
]


def test_the_mail_carries_exactly_our_headers() -> None:
    mail = compose(a_parcel(), sender=SENDER)
    assert mail.keys() == OUR_HEADERS
    assert mail["From"] == "stancewatch <alerts@watch.example>"
    assert mail["To"] == "desk@paper.example"
    assert mail["Subject"] == "Ada Quill on Harbour toll: mixed → against"
    assert mail["Date"] == "Mon, 02 Mar 2026 09:30:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_every_try_sends_the_same_bytes() -> None:
    assert compose(a_parcel(), sender=SENDER).as_bytes() == compose(a_parcel(), sender=SENDER).as_bytes()


def test_mails_on_one_figure_and_issue_are_one_thread() -> None:
    first, second = (compose(a_parcel(key=key), sender=SENDER) for key in ("aa", "bb"))
    assert first["Message-ID"] != second["Message-ID"]
    assert first["In-Reply-To"] == first["References"] == second["References"]


def test_text_comes_first_and_html_second() -> None:
    parts = list(compose(a_parcel(), sender=SENDER).iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("written", "address"),
    [
        pytest.param("desk@paper.example", "desk@paper.example", id="plain"),
        pytest.param(" o'brien+toll@paper.example ", "o'brien+toll@paper.example", id="blanks around, signs within"),
        pytest.param("desk@zürich.example", "desk@xn--zrich-kva.example", id="a domain in other letters"),
    ],
)
def test_addresses_are_made_fit_for_mail(written: str, address: str) -> None:
    assert mail_address(written) == address


@pytest.mark.parametrize(
    "written",
    [
        "",
        "desk",
        "@paper.example",
        "desk@",
        "a@b@c.example",
        "desk@paper.example\r\nBcc: x@y.example",
        "desk@paper..example",
        "dësk@paper.example",
        "<desk@paper.example>",
        "desk, other@paper.example",
        "desk@" + "x" * 70 + ".example",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(PermanentFailure):
        mail_address(written)


@pytest.mark.parametrize(
    ("written", "sender"),
    [
        pytest.param("stancewatch@localhost", Sender("stancewatch", "stancewatch@localhost"), id="bare"),
        pytest.param("The Desk <a@b.example>", Sender("The Desk", "a@b.example"), id="with a name"),
    ],
)
def test_the_operator_names_the_sender(written: str, sender: Sender) -> None:
    assert sender_of(written) == sender
