"""Mail leaves only through a server that proves who it is, where TLS is asked for; never in the clear instead."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.alert.channels.base import Accepted, Outcome, Unreachable
from services.alert.channels.email import MailServer, email_channel
from services.alert.mail import sender_of
from tests.alert.builders import a_parcel
from tests.alert.sinks import Mailbox, MailServerOnLoopback

TODAY = datetime.now(UTC)


def certificate(folder: Path, *, of: str = "127.0.0.1", ends: datetime = TODAY + timedelta(days=1)) -> Path:
    """Write a certificate that vouches for itself, with its key, and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY - timedelta(days=9))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(of))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "mail.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


@contextmanager
def secured(file: Path, security: str, mailbox: Mailbox) -> Iterator[int]:
    """Run a mail server that speaks TLS at once, after STARTTLS, or not at all."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    options: dict[str, Any] = {"starttls": {"tls_context": context, "require_starttls": True}}.get(security, {})
    at_once = {"ssl_context": context} if security == "tls" else {}
    controller = MailServerOnLoopback(mailbox, hostname="127.0.0.1", port=0, server_kwargs=options, **at_once)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def sent(port: int, security: Any, trusted: Path | None) -> Outcome:
    server = MailServer("127.0.0.1", port, security, ca_file=trusted, timeout_seconds=5)
    return email_channel(server, sender_of("alerts@watch.example"))(a_parcel())


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_we_trust_gets_the_mail(tmp_path: Path, security: str) -> None:
    file, mailbox = certificate(tmp_path), Mailbox()
    with secured(file, security, mailbox) as port:
        assert isinstance(sent(port, security, file), Accepted)
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("written", "trusted"),
    [
        pytest.param({}, False, id="nobody vouches for it"),
        pytest.param({"of": "127.0.0.9"}, True, id="of another name"),
        pytest.param({"ends": TODAY - timedelta(days=1)}, True, id="out of date"),
    ],
)
def test_any_other_gets_nothing(tmp_path: Path, security: str, written: dict[str, Any], *, trusted: bool) -> None:
    file, mailbox = certificate(tmp_path, **written), Mailbox()
    with secured(file, security, mailbox) as port:
        outcome = sent(port, security, file if trusted else None)
    assert isinstance(outcome, Unreachable)
    assert "certificate" in outcome.detail
    assert mailbox.mails == []


def test_where_starttls_was_stripped_nothing_leaves_in_the_clear(tmp_path: Path) -> None:
    file, mailbox = certificate(tmp_path), Mailbox()
    with secured(file, "none", mailbox) as port:
        assert isinstance(sent(port, "starttls", file), Unreachable)
    assert mailbox.mails == []
