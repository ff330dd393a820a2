"""Reading the report of a mail that came back (RFC 3464): which mail it was, and why it was not delivered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

LARGEST_REPORT = 1_000_000  # bytes; what is beyond is the mail itself, of which only the header matters
LONGEST_REASON = 500
# our keys are 32 hexadecimal digits: behind a plus in the return path, and as the Message-ID of the mail itself
_RETURN_PATH = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@", re.IGNORECASE)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_CAME_TO = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that was not delivered and will not be: the delivery's key and what the last server said."""

    key: str
    status: str
    reason: str

    @property
    def permanent(self) -> bool:
        return self.status.startswith("5")


@dataclass(frozen=True, slots=True)
class NotABounce:
    """Something else that came to the same address."""

    reason: str


def read_bounce(raw: bytes) -> Bounce | NotABounce:
    """Read a report; one that only tells of a delay, or of a delivery, is none."""
    message = message_from_bytes(raw[:LARGEST_REPORT], policy=compat32)
    failed = next((about for about in _recipients(message) if _field(about, "Action").lower() == "failed"), None)
    if failed is None:
        return NotABounce("it reports no failed delivery")
    status = _STATUS.search(_field(failed, "Status"))
    if status is None or status[0].startswith("2"):
        return NotABounce("its failure has no status")
    key = _key(message)
    if key is None:
        return NotABounce("it names no mail of ours")
    said = _field(failed, "Diagnostic-Code") or "no reason given"
    return Bounce(key, status[0], " ".join(f"{status[0]} {said}".split())[:LONGEST_REASON])


def _recipients(message: Message) -> Iterator[Message]:
    """Yield what the report says of each recipient; the first block speaks of the report itself."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (about for about in part.get_payload() if isinstance(about, Message) and about["Action"])


def _key(message: Message) -> str | None:
    """Find our key in the address that the report came to, else in the mail that it gives back."""
    for header in _CAME_TO:
        for address in message.get_all(header, []):
            if found := _RETURN_PATH.search(str(address)):
                return found[1].lower()
    for part in message.walk():
        returned = part.get_payload(decode=True) if part.get_content_type() == "text/rfc822-headers" else b""
        text = returned.decode("ascii", "replace") if isinstance(returned, bytes) else ""
        given_back = re.search(r"^Message-ID:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)
        written = given_back[1] if given_back else str(part["Message-ID"] or "") if part is not message else ""
        if found := _MESSAGE_ID.search(written):
            return found[1].lower()
    return None


def _field(about: Message, name: str) -> str:
    """Return a field without its type ("smtp; 550 ...")."""
    value = str(about[name] or "")
    return value.partition(";")[2].strip() if name == "Diagnostic-Code" and ";" in value else value.strip()
