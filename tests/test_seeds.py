"""The seeds: the user's own articles are verbatim, and the feed says what the texts say."""

import importlib.util
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest

SEEDS = Path("seeds")


@pytest.fixture
def make_feed() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_feed", SEEDS / "make_feed.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("file", "digest"),
    [
        ("000_c51be241ba7c331e.txt", "e30871cb5db31fbaa1c15e5de6d90feadfab96b38dd10bb6c3f0a0416e3f0a7a"),
        ("002_861899baefb77e7b.txt", "cdaa7ff8b742b8d9575a72c9def985485e0e7bcc7e2f8505fa3bf5e45267a598"),
    ],
)
def test_the_users_own_articles_are_untouched(file: str, digest: str) -> None:
    assert sha256((SEEDS / file).read_bytes()).hexdigest() == digest


def test_the_feed_is_made_of_the_articles(make_feed: ModuleType) -> None:
    assert (SEEDS / "feed.xml").read_text(encoding="utf-8") == make_feed.feed(make_feed.articles())
