"""What a reader of articles is."""

from typing import Protocol

from services.extract.values import ArticleText, Reading, Watchlist


class Reader(Protocol):
    """Reads articles; `version` changes whenever the same article might be read differently."""

    @property
    def version(self) -> str: ...

    def read(self, article: ArticleText, watchlist: Watchlist) -> Reading:
        """Return all that the article shows; the same article is always read the same."""
        ...
