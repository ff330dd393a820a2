"""How soon a feed may be asked again when its hub says that there is news: what the API and ingest agree on."""

from datetime import timedelta

HINT_SPACING = timedelta(seconds=60)  # between two polls of a feed, however often its hub calls
