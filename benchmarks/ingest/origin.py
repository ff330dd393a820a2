"""A local HTTP origin that is not the bottleneck: feeds that answer 304, the same body, or new entries, from memory.

`python -m benchmarks.ingest.origin PORT FEEDS` serves `/feed/N` until it is ended; `POST /round` begins the next round,
in which 90 % of the feeds answer 304, 8 % the same body and 2 % one new entry.
"""

import asyncio
import sys
from email.utils import formatdate

ENTRIES = 30
WORDS = "The committee met on Monday and heard what residents had to say about the bridge and its cost. " * 6


class Feeds:
    """The state of every feed: how many entries it has published so far."""

    def __init__(self, count: int) -> None:
        self.published = [ENTRIES] * count
        self.round = 0

    def answer(self, number: int, header: bytes) -> bytes:
        kind = (number * 7 + self.round * 13) % 100 if self.round else 99
        tag = f'"{number}-{self.published[number]}"'
        if self.round and kind < 90 and f"if-none-match: {tag}".encode() in header:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + tag.encode() + b"\r\nContent-Length: 0\r\n\r\n"
        body = self._body(number)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nETag: {tag}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    def next_round(self) -> None:
        self.round += 1
        for number in range(len(self.published)):
            if (number * 7 + self.round * 13) % 100 >= 98:
                self.published[number] += 1

    def _body(self, number: int) -> bytes:
        newest = self.published[number]
        items = "".join(_item(number, entry) for entry in range(newest, newest - ENTRIES, -1))
        return f'<rss version="2.0"><channel><title>Feed {number}</title>{items}</channel></rss>'.encode()


def _item(number: int, entry: int) -> str:
    link = f"http://outlet.example/{number}/{entry}"
    date = formatdate(1_452_000_000 + entry * 3600)
    text = f"Entry {entry} of feed {number}. {WORDS}"
    return (
        f"<item><title>Headline {number}/{entry}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{date}</pubDate><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
    )


class _Connection(asyncio.Protocol):
    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            header, self._read = self._read[:end].lower(), self._read[end + 4 :]
            self._transport.write(self._answer(header))

    def _answer(self, header: bytes) -> bytes:
        if header.startswith(b"post"):
            self._feeds.next_round()
            return b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
        return self._feeds.answer(int(header.split(b" ", 2)[1].rpartition(b"/")[2]), header)


async def main(port: int, count: int) -> None:
    """Serve for ever."""
    feeds = Feeds(count)
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(feeds), "0.0.0.0", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
