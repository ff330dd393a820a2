"""Walking back after a gap: which older page or sitemap comes next, what of it is wanted, and when it is enough."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from services.ingest.identity import Candidate, identify
from services.ingest.urls import canonical_url, host_of
from services.ingest.values import Entry, FeedLinks, Listed, Sitemap
from shared.vocabulary import WalkStage

MOST_REQUESTS = 25  # pages or sitemaps that one walk reads
MOST_FROM_SITEMAPS = 200  # articles that one walk takes from sitemaps; they may be of all subjects
MARGIN = timedelta(days=1)  # beyond the last good poll: entries may be dated before they are shown
USUAL_PLACES = ("/sitemap.xml", "/news-sitemap.xml", "/sitemap_news.xml")
REACHED = "it reached"
FEWEST_WORDS_IN_NAME = 3
FEWEST_DIGITS_IN_NAME = 4


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a walk has come: where to look next, what was looked at, what came of it."""

    feed_id: int
    feed_url: str
    outlet: str
    stage: WalkStage
    todo: tuple[str, ...]
    gap_at: datetime
    since: datetime | None
    seen: tuple[str, ...] = ()
    language: str = ""
    entries: int = 0
    recovered: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Tell whether the gap is closed: the walk came to what had been seen before."""
        return any(remark.startswith(REACHED) for remark in self.remarks)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is left to look at."""
        return not self.todo


@dataclass(frozen=True, slots=True)
class Found:
    """What one older page held: entries in all, those that were new, and whether any was known before the gap."""

    entries: int
    new: int
    reached: bool
    oldest: datetime | None = None


def first_place(links: FeedLinks, url: str) -> tuple[WalkStage, str]:
    """Return where a walk begins: at the feed's older page, else at its site's sitemaps."""
    page = older_page(links, url)
    return (WalkStage.PAGES, page) if page else (WalkStage.SITEMAPS, site_of(url))


def older_page(links: FeedLinks, url: str) -> str:
    """Return where a feed's older entries are (RFC 5005, or WordPress, which does not say); empty where nowhere."""
    told = links.next_page or links.previous_archive
    if told or not links.is_wordpress:
        return told
    parts = urlsplit(url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    page = next((int(value) for name, value in given if name == "paged" and value.isdecimal()), 1)
    query = urlencode([pair for pair in given if pair[0] != "paged"] + [("paged", str(page + 1))])
    return urlunsplit(parts._replace(query=query))


def site_of(url: str) -> str:
    """Return the address of a site's first page."""
    return urljoin(url, "/")


def after_page(walk: Walk, found: Found, older: str) -> Walk:
    """Decide how to go on from an older page."""
    page = walk.todo[0]
    walk = replace(
        walk,
        seen=(*walk.seen, page),
        entries=walk.entries + found.entries,
        recovered=walk.recovered + found.new,
        todo=(),
    )
    if found.reached:
        return _ended(walk, f"{REACHED} what was known")
    if walk.since is not None and found.oldest is not None and found.oldest < walk.since - MARGIN:
        return _ended(walk, f"{REACHED} the time of the last good poll")
    guessed_in_vain = "paged=" in older and not found.new  # a server that does not know the word shows its first page
    if not older or older in walk.seen or guessed_in_vain:
        walk = replace(walk, stage=WalkStage.SITEMAPS, todo=(site_of(walk.feed_url),))
        return _remarked(walk, "the feed's older pages end before what was known")
    if len(walk.seen) >= MOST_REQUESTS:
        return _ended(walk, f"it ended after {MOST_REQUESTS} pages; what lies beyond may be lost")
    return replace(walk, todo=(older,))


def after_failure(walk: Walk, reason: str) -> Walk:
    """Decide how to go on where a page or sitemap cannot be had: sitemaps take the place of pages."""
    place, rest = walk.todo[0], walk.todo[1:]
    walk = replace(walk, seen=(*walk.seen, place), todo=rest)
    if walk.stage is WalkStage.PAGES:
        walk = replace(walk, stage=WalkStage.SITEMAPS, todo=(site_of(walk.feed_url),))
    return _remarked(walk, f"{urlsplit(place).path}: {reason}")


def after_rules(walk: Walk, sitemaps: Iterable[str]) -> Walk:
    """Go to the sitemaps that a site's rules name, else to where sitemaps usually are; those of news first."""
    home = walk.todo[0]
    named = [place for place in sitemaps if canonical_url(place)]
    places = sorted(named, key=lambda place: "news" not in place.lower()) or [
        urljoin(home, place) for place in USUAL_PLACES
    ]
    return replace(walk, seen=(*walk.seen, home), todo=tuple(dict.fromkeys(places))[:MOST_REQUESTS])


def after_sitemap(walk: Walk, sitemap: Sitemap, new: int) -> Walk:
    """Decide how to go on from a sitemap: into the newest of those it lists, till enough was read."""
    place, rest = walk.todo[0], walk.todo[1:]
    fresh = [each for each in sitemap.sitemaps if _is_recent(each, walk.since) and each.url not in walk.seen]
    newest = sorted(fresh, key=lambda each: (each.changed_at is None, -_seconds(each.changed_at)))
    seen = (*walk.seen, place)
    # what the latest index lists comes first: usual places after it are guesses
    todo = tuple(dict.fromkeys([*(each.url for each in newest), *rest]))[: max(0, MOST_REQUESTS - len(seen))]
    walk = replace(
        walk, seen=seen, entries=walk.entries + len(sitemap.pages), recovered=walk.recovered + new, todo=todo
    )
    if walk.recovered >= MOST_FROM_SITEMAPS:
        return _ended(replace(walk, todo=()), f"it ended after {MOST_FROM_SITEMAPS} articles of the sitemaps")
    return walk


def wanted_pages(walk: Walk, sitemap: Sitemap, *, known: tuple[str, ...]) -> tuple[Candidate, ...]:
    """Return the articles of a sitemap that the feed may have shown unseen: new since then, of its site and section."""
    section = section_of(known)
    host = _bare(host_of(known[0] if known else walk.feed_url))
    found: list[Entry] = []
    for page in sitemap.pages:
        url = canonical_url(page.url)
        fits = _bare(host_of(url)) == host and urlsplit(url).path.startswith(section)
        if fits and _is_new(page, walk.since) and (page.title or _looks_like_an_article(url)):
            found.append(Entry(link=url, title=page.title, published_at=page.published_at))
    return identify(found[: max(0, MOST_FROM_SITEMAPS - walk.recovered)], feed_url=walk.feed_url)


def section_of(known: tuple[str, ...]) -> str:
    """Return the folder that all known articles of a feed share, since a sitemap lists the whole site."""
    folders = [urlsplit(url).path.split("/")[1:-1] for url in known]
    shared: list[str] = []
    for names in zip(*folders, strict=False):
        if len(set(names)) > 1 or names[0].isdecimal():
            break
        shared.append(names[0])
    return "/".join(["", *shared, ""]) if shared else "/"


def story_of(walk: Walk) -> str:
    """Tell in a line for people what a walk recovered, and what it did not."""
    where = "older pages" if walk.stage is WalkStage.PAGES else "sitemaps"
    gained = f"{walk.recovered} articles recovered" if walk.recovered else "nothing recovered"
    told = f"walked back through {where} ({len(walk.seen)} read): {'; '.join((gained, *walk.remarks))}"
    if walk.is_closed or walk.since is None:
        return told
    return f"{told}; what was shown between {walk.since:%Y-%m-%d %H:%M} and {walk.gap_at:%Y-%m-%d %H:%M} may be lost"


def _ended(walk: Walk, remark: str) -> Walk:
    return _remarked(replace(walk, todo=()), remark)


def _remarked(walk: Walk, remark: str) -> Walk:
    return replace(walk, remarks=(*walk.remarks, remark)[-5:])


def _is_recent(sitemap: Listed, since: datetime | None) -> bool:
    return since is None or sitemap.changed_at is None or sitemap.changed_at >= since - MARGIN


def _is_new(page: Listed, since: datetime | None) -> bool:
    """A page without any date may be as old as the site: what cannot be told is left alone."""
    moment = page.published_at or page.changed_at
    return since is not None and moment is not None and moment > since


def _looks_like_an_article(url: str) -> bool:
    """Tell articles from sections and tags, as far as an address shows it: a headline, or a number, in its name."""
    names = [name for name in urlsplit(url).path.split("/") if name]
    last = names[-1] if names else ""
    words = [word for word in last.replace("_", "-").split("-") if word]
    return len(words) >= FEWEST_WORDS_IN_NAME or sum(letter.isdigit() for letter in last) >= FEWEST_DIGITS_IN_NAME


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
