"""Makes feed.xml out of articles.yaml and the article texts beside it: `python seeds/make_feed.py`."""

from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import yaml

SEEDS = Path(__file__).parent
HEAD = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>stancewatch seeds</title>
<link>https://seeds.example/</link>
<description>The articles that stancewatch replays in its demo and its tests.</description>
<language>en-us</language>
"""


def feed(articles: list[dict[str, Any]]) -> str:
    """Return the whole feed, oldest article first."""
    return HEAD + "".join(_item(article) for article in articles) + "</channel>\n</rss>\n"


def _item(article: dict[str, Any]) -> str:
    text = (SEEDS / article["file"]).read_text(encoding="utf-8")
    html = "\n".join(f"<p>{escape(block, quote=False)}</p>" for block in paragraphs(text))
    return f"""<item>
<title>{escape(article["title"], quote=False)}</title>
<link>{article["url"]}</link>
<guid isPermaLink="true">{article["url"]}</guid>
<pubDate>{format_datetime(article["published"])}</pubDate>
<source url="https://seeds.example/feed.xml">{escape(article["outlet"], quote=False)}</source>
<content:encoded><![CDATA[{html}]]></content:encoded>
</item>
"""


def paragraphs(text: str) -> list[str]:
    """Split at blank lines; a line break inside a paragraph becomes a paragraph of its own, as on the page."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def articles() -> list[dict[str, Any]]:
    """Return what articles.yaml says, oldest first."""
    return list(yaml.safe_load((SEEDS / "articles.yaml").read_text(encoding="utf-8")))


if __name__ == "__main__":
    (SEEDS / "feed.xml").write_text(feed(articles()), encoding="utf-8")
