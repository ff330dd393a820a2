"""Which addresses may be asked for at all, by their writing alone, before any name is resolved."""

from functools import lru_cache

import httpx

NEVER_IN_AN_ADDRESS = frozenset('\\\x7f"<>^`{|}')


class Forbidden(Exception):
    """Our rules say no; the message names the setting that would allow it, where there is one."""


@lru_cache(maxsize=4096)
def read_url(text: str) -> httpx.URL:
    """Read an address that may be fetched, or raise `Forbidden` with what is wrong with it."""
    if any(character <= " " or character in NEVER_IN_AN_ADDRESS for character in text):
        raise Forbidden("the address holds a blank, a backslash or a control character")
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise Forbidden(f"not an address: {error}") from error
    if url.scheme not in ("http", "https"):
        raise Forbidden(f"only http and https are fetched, not {url.scheme or 'an address without a scheme'}")
    if url.userinfo:
        raise Forbidden("the address carries a user name")
    if not url.raw_host or b"%" in url.raw_host or not (url.port is None or 0 < url.port < 65_536):
        raise Forbidden("the address has no valid host or port")
    return url


def redirected(url: httpx.URL, location: str) -> httpx.URL:
    """Return where `location`, as a server wrote it, leads from `url`."""
    try:
        return read_url(str(url.join(location.strip()).copy_with(fragment=None)))
    except (httpx.InvalidURL, ValueError) as error:
        raise Forbidden(f"redirected to what is not an address: {error}") from error
