"""How a feed to be read and what was read of it cross the pipe between a worker and its parser."""

import struct
from typing import IO

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from services.ingest.values import NotAFeed, ParsedFeed, Sitemap

LENGTHS = struct.Struct(">II")
FEED, NO_FEED, SITEMAP = b"F", b"N", b"S"
Parsed = ParsedFeed | Sitemap | NotAFeed
_feed = TypeAdapter(ParsedFeed)
_no_feed = TypeAdapter(NotAFeed)
_sitemap = TypeAdapter(Sitemap)


@dataclass(frozen=True)
class Question:
    """Where a body came from and what its server called it."""

    url: str
    content_type: str
    is_sitemap: bool = False


_question = TypeAdapter(Question)


def write_question(pipe: IO[bytes], question: Question, body: bytes) -> None:
    """Send a body to the parser."""
    head = _question.dump_json(question)
    pipe.write(LENGTHS.pack(len(head), len(body)) + head + body)
    pipe.flush()


def read_question(pipe: IO[bytes]) -> tuple[Question, bytes] | None:
    """Wait for a body; None when the worker hung up."""
    lengths = pipe.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head, body = LENGTHS.unpack(lengths)
    return _question.validate_json(pipe.read(head)), pipe.read(body)


def pack_answer(answer: Parsed) -> bytes:
    """Write what was read."""
    match answer:
        case ParsedFeed():
            kind, packed = FEED, _feed.dump_json(answer)
        case Sitemap():
            kind, packed = SITEMAP, _sitemap.dump_json(answer)
        case NotAFeed():
            kind, packed = NO_FEED, _no_feed.dump_json(answer)
    return LENGTHS.pack(len(kind), len(packed)) + kind + packed


def unpack_answer(kind: bytes, packed: bytes) -> Parsed:
    """Read what was written."""
    if kind == SITEMAP:
        return _sitemap.validate_json(packed)
    return _feed.validate_json(packed) if kind == FEED else _no_feed.validate_json(packed)
