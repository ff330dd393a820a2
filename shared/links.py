"""Addresses of our own pages that mail and web must agree on."""

from __future__ import annotations

from urllib.parse import quote


def timeline_url(public_url: str, figure_id: str, issue_id: str) -> str:
    """Return where a reader sees all statements of a figure on an issue."""
    return f"{_root(public_url)}/figures/{quote(figure_id, safe='')}/issues/{quote(issue_id, safe='')}"


def manage_url(public_url: str, token: str) -> str:
    """Return where a subscriber sees and changes a subscription; opening it changes nothing."""
    return f"{_root(public_url)}/subscriptions/{quote(token, safe='')}"


def confirm_url(public_url: str, token: str) -> str:
    """Return where the holder of an address says yes or no to mail; opening it only asks."""
    return f"{_root(public_url)}/confirm/{quote(token, safe='')}"


def unsubscribe_url(public_url: str, token: str) -> str:
    """Return where one POST ends a subscription's mail (RFC 8058); opening it only asks."""
    return f"{_root(public_url)}/unsubscribe/{quote(token, safe='')}"


def _root(public_url: str) -> str:
    return public_url.rstrip("/")
