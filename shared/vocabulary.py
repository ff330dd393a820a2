"""The product's words with one meaning each, as enums whose values are what other programs read."""

from enum import StrEnum


class ActorKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class AttributionKind(StrEnum):
    """How an article reports what somebody said (terms of PARC 3.0 and PolNeAR)."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Stance(StrEnum):
    """Stance toward an issue's proposition; `NONE` is an answer of the decision step and never becomes a statement."""

    FAVOR = "favor"
    AGAINST = "against"
    MIXED = "mixed"
    NONE = "none"


class ShiftKind(StrEnum):
    REVERSAL = "reversal"
    COMMITMENT = "commitment"
    RETREAT = "retreat"


class StatementKind(StrEnum):
    """What words of an article show: a stance, that an actor is said to have turned, or that others press the actor."""

    STANCE = "stance"
    REPORTED_SHIFT = "reported_shift"
    PRESSURE = "pressure"


class SignalKind(StrEnum):
    PRESSURE = "pressure"


class ShiftBasis(StrEnum):
    """Whether the quotes show a shift, or only the press says so."""

    SHOWN = "shown"
    REPORTED = "reported"


class ShiftStatus(StrEnum):
    """`PENDING` waits for a second witness; `SUPERSEDED` is told otherwise by now, `WITHDRAWN` is shown no more."""

    PENDING = "pending"
    STANDING = "standing"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class WhyWithdrawn(StrEnum):
    """Why a shift stands no longer."""

    NO_LONGER_SHOWN = "no_longer_shown"
    SHOWN_OTHERWISE = "shown_otherwise"
    WAITS_AGAIN = "waits_again"
    NOT_CONFIRMED_IN_TIME = "not_confirmed_in_time"
    REJECTED = "rejected"


class Decision(StrEnum):
    """What a person says of one reading."""

    CONFIRM = "confirm"
    REJECT = "reject"


class DateSource(StrEnum):
    """Where an article's published date came from, the surest first."""

    FEED = "feed"
    JSON_LD = "json_ld"  # schema.org's datePublished in the page
    META = "meta"  # the page's meta elements, or its <time pubdate>
    URL = "url"
    PAGE = "page"  # guessed from what the page shows
    FIRST_SEEN = "first_seen"


class TextSource(StrEnum):
    """Where an article's text came from."""

    FEED = "feed"
    PAGE = "page"
    SUMMARY = "summary"


class ExtractionMethod(StrEnum):
    """How an article's text was taken out of what came."""

    TRAFILATURA = "trafilatura"
    BASELINE = "baseline"  # trafilatura's plain reading of what the page marks as its article
    JSON_LD = "json_ld"  # schema.org's articleBody
    FEED_CONTENT = "feed_content"
    FEED_SUMMARY = "feed_summary"
    RECORDED = "recorded"  # given as text, by a replay


class PageKind(StrEnum):
    """What an article's page turned out to be; all but `ARTICLE` are flagged, for their text may not be the whole."""

    ARTICLE = "article"
    PAYWALL = "paywall"
    CONSENT = "consent"
    LIVE_BLOG = "live_blog"
    ERROR = "error"  # a page that says it is none, with a status of 200
    NOT_READ = "not_read"  # the feed gave the whole text, or the page could not be had


class Arrival(StrEnum):
    """Whether an article came while we watched; history is what a feed held when it was first read."""

    LIVE = "live"
    HISTORY = "history"


class Skipped(StrEnum):
    """Why an article was not read for statements."""

    LANGUAGE = "language"
    REMOVED = "removed"


class PollOutcome(StrEnum):
    """What became of one request for a feed."""

    NEW_ENTRIES = "new_entries"
    NOTHING_NEW = "nothing_new"
    NOT_MODIFIED = "not_modified"
    SAME_BODY = "same_body"
    NOT_A_FEED = "not_a_feed"
    GONE = "gone"
    REFUSED = "refused"
    FAILED = "failed"
    WALKED_BACK = "walked_back"


class WalkStage(StrEnum):
    """Where what a feed no longer shows is looked for."""

    PAGES = "pages"
    SITEMAPS = "sitemaps"


class HubWish(StrEnum):
    """What a hub was asked for and has not yet confirmed."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


class DocumentState(StrEnum):
    PENDING = "pending"
    READ = "read"
    UNREADABLE = "unreadable"


class ChannelKind(StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"
    CHAT = "chat"


class ChatService(StrEnum):
    """Chat services at hosts of their own, by the scheme of their URL: what has no host in it leads nowhere closed."""

    SLACK = "slack"
    DISCORD = "discord"
    TELEGRAM = "tgram"
    GOOGLE_CHAT = "gchat"
    PUSHOVER = "pover"


class Frequency(StrEnum):
    """How often a subscription may be written to: at once, or what came together in one message."""

    NOW = "now"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class News(StrEnum):
    """What a message says: of a shift, an early warning, that no more is sent, a question if mail is wanted, a test."""

    DETECTED = "shift.detected"
    CORRECTED = "shift.corrected"
    WITHDRAWN = "shift.withdrawn"
    PRESSURE = "signal.pressure"
    ENDPOINT_DISABLED = "endpoint.disabled"
    QUESTION = "address.question"
    PING = "ping"


class DeliveryState(StrEnum):
    """Where a delivery stands; `SENDING` is saved before the first byte leaves, `UNKNOWN` may have arrived."""

    PENDING = "pending"
    SENDING = "sending"
    RETRY = "retry"
    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    DEAD = "dead"


class AttemptOutcome(StrEnum):
    """What one try at sending came to."""

    STARTED = "started"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    POSTPONED = "postponed"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    INTERRUPTED = "interrupted"


class HandoffState(StrEnum):
    WAITING = "waiting"
    DEAD = "dead"


class Scope(StrEnum):
    """What a token may do; each scope holds those before it."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    def covers(self, needed: "Scope") -> bool:
        """Tell whether what needs `needed` may be done with this."""
        return list(Scope).index(self) >= list(Scope).index(needed)


class Origin(StrEnum):
    """Where a subscription came from: what a watchlist file made leaves with it, what people made by hand stays."""

    FILE = "file"
    HAND = "hand"
