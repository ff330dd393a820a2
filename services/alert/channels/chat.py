"""Taking a parcel to a chat service by one URL, as Apprise writes it."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from services.alert.asking import Question
from services.alert.channels.base import Accepted, Channel, Outcome, Parcel, Postponed, Rejected
from services.alert.early_warning import EarlyWarning, Telling
from services.alert.message import STANCE_WORDS
from services.alert.values import Witness
from shared.vocabulary import ChatService

# A URL of these cannot lead into a closed network, as one with a host in it could.
HOSTED = frozenset(service.value for service in ChatService)
# what begins a call to everybody in a room ("@everyone", "<!channel>"); a blank without width breaks it
_CALL = re.compile(r"[@<](?=\S)")


def chat_channel(*, schemes: Collection[str] = HOSTED) -> Channel:
    """Return the channel that writes to chat services, one URL scheme for each."""

    def write(parcel: Parcel) -> Outcome:
        if urlsplit(parcel.address).scheme not in schemes:
            return Rejected(f"not a chat service that can be written to; known are {', '.join(sorted(schemes))}")
        if isinstance(parcel.message, Question):
            return Rejected("a chat is not asked; only an e-mail address is")
        # loaded by the first chat message: it knows 130 services, and few need it
        from apprise import Apprise, NotifyFormat

        service = Apprise.instantiate(parcel.address)
        if not service:
            return Rejected("the chat service's URL is not complete")
        told = "\n\n".join(in_chat(message) for message in (parcel.message, *parcel.more))
        accepted = service.notify(title=parcel.message.subject, body=told, body_format=NotifyFormat.TEXT)
        return Accepted("taken") if accepted else Postponed("the chat service did not take it")

    return write


def in_chat(message: Telling) -> str:
    """Write a message for a chat: what changed, both quotes with their sources, and the timeline."""
    if isinstance(message, EarlyWarning):
        calls = (_said(call) for call in message.report.calls)
        return "\n".join((message.headline, _calling_nobody(message.notice), *calls, message.links.timeline))
    report = message.report
    told = (
        f"{message.headline}: {message.change} ({message.rating})",
        _calling_nobody(message.notice),
        _quoted("Before", report.before),
        _quoted("Now", report.after),
        message.links.timeline,
    )
    return "\n".join(line for line in told if line)


def _quoted(name: str, seen: Witness) -> str:
    return f"{name} ({STANCE_WORDS[seen.stance]}): {_said(seen)}"


def _said(seen: Witness) -> str:
    link = seen.url.replace("@", "%40")
    source = f"{_calling_nobody(seen.outlet)}, {seen.published_at.date().isoformat()}, {link}"
    return f"{_calling_nobody(seen.evidence)}\n{source}"


def _calling_nobody(text: str) -> str:
    """Keep a stranger's words from ringing everybody in the room."""
    return _CALL.sub("\\g<0>\u200b", text)
