"""Feeds and entries for tests, as text and as rows."""

from datetime import datetime
from html import escape

from shared.tables import Feed, FeedPoll
from shared.transaction import Begin

SENTENCE = "The committee met on Monday and heard what the residents had to say about the bridge. "
WHOLE = "".join(f"<p>Paragraph {number}. {SENTENCE * 2}</p>" for number in range(1, 5))


def rss(*items: str, title: str = "Outlet") -> bytes:
    """Write an RSS 2.0 document."""
    namespaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    head = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {namespaces}><channel>'
    return f"{head}<title>{title}</title><link>http://outlet.example/</link>{''.join(items)}</channel></rss>".encode()


def item(number: int = 1, *, content: str = WHOLE, **parts: str) -> str:
    """Write one RSS item; an empty part is left out."""
    fields = {
        "title": f"Headline {number}",
        "link": f"http://outlet.example/{number}",
        "guid": f"http://outlet.example/{number}",
        "pubDate": f"Mon, 11 Jan 2016 {number % 24:02}:00:00 GMT",
        "content:encoded": content,
        **parts,
    }
    return f"<item>{''.join(f'<{name}>{escape(text)}</{name}>' for name, text in fields.items() if text)}</item>"


def add_feed(begin: Begin, url: str, *, due_at: datetime, name: str = "") -> int:
    """Add a feed that is due at `due_at`."""
    with begin() as tx:
        feed = Feed(url=url, name=name, added_at=due_at)
        tx.session.add(feed)
        tx.session.flush()
        assert feed.id is not None
        tx.session.add(FeedPoll(feed_id=feed.id, next_poll_at=due_at))
        return feed.id
