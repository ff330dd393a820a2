"""Reading a stranger's body without ever holding more of it than agreed, however far it inflates."""

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

from shared.web import Headers

GZIP_MAGIC = b"\x1f\x8b"
ONE_STEP = 256 * 1024


class Excess(Exception):
    """More came than the limit."""


class Unusable(Exception):
    """What came cannot be read."""


def read_body(chunks: Iterable[bytes], headers: Headers, *, most: int) -> bytes:
    """Return the whole body, inflated where it is gzip; `Excess` beyond `most` bytes, `Unusable` where broken."""
    codings = [value.strip().lower() for name, value in headers if name == "content-encoding"]
    if codings in ([], ["identity"], [""]):
        return _collect(chunks, most=most)
    if codings in (["gzip"], ["x-gzip"]):
        return _collect(_inflate(chunks), most=most)
    raise Unusable(f"answered in an encoding that was not asked for ({', '.join(codings)[:40]})")


def inflate_file(body: bytes, *, most: int) -> bytes:
    """Return what a gzip file holds, any other body as it is; `Excess` beyond `most` bytes, `Unusable` if broken."""
    return _collect(_inflate((body,)), most=most)


def _collect(chunks: Iterable[bytes], *, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise Excess
        parts.append(chunk)
    return b"".join(parts)


def _inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Inflate step by step; a body that only claims to be gzip passes as it is."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    head = b""
    source = iter(chunks)
    while len(head) < len(GZIP_MAGIC) and (chunk := next(source, b"")):
        head += chunk
    if not head.startswith(GZIP_MAGIC):
        yield head
        yield from source
        return
    try:
        for chunk in chain((head,), source):
            rest = chunk
            while rest and not inflater.eof:
                yield inflater.decompress(rest, ONE_STEP)
                rest = inflater.unconsumed_tail
    except zlib.error as error:
        raise Unusable(f"the compressed body is broken: {error}") from error
    if not inflater.eof:
        raise Unusable("the compressed body is cut short")
