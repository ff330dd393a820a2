"""Making text from outside safe to stand in a mail header, on every version of Python."""

from __future__ import annotations

import re
from hashlib import sha256

LONGEST_VALUE = 200
_KEY = re.compile("[0-9a-f]{32}")
# C0 and C1 controls, the line and paragraph separators, marks that reverse reading order, and lone surrogates
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean_header(value: str) -> str:
    """Return `value` as one line without controls; a mail library finds no encoded word in it, so it decodes none."""
    line = " ".join(_UNSAFE.sub(" ", value).split())
    return line.replace("=?", "= ?")[:LONGEST_VALUE].rstrip()


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID of a delivery: the same on every try, and telling which one it was if it comes back."""
    return f"<{key if _KEY.fullmatch(key) else _hexadecimal(key)}@{domain}>"


def thread_id(figure_id: str, issue_id: str, domain: str) -> str:
    """Return the id that all mail on one figure and issue refers to."""
    return f"<thread-{_hexadecimal(figure_id + ' on ' + issue_id)}@{domain}>"


def list_id(subscription: str, domain: str) -> str:
    """Return the List-Id of a subscription (RFC 2919); its name stays out of the header."""
    return f"<{_hexadecimal(subscription)}.alerts.{domain}>"


def _hexadecimal(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
