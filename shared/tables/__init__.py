"""All tables, so that migrations and sessions see one metadata."""

from shared.tables.alerts import Alert, Attempt, Delivery
from shared.tables.articles import Article, Document, Revision, Story, StoryBand
from shared.tables.feeds import Feed, FeedPoll, HostRest, PollLog
from shared.tables.handoffs import Handoff, Heartbeat
from shared.tables.receivers import Consent, Endpoint, Mailbox
from shared.tables.shifts import Shift
from shared.tables.statements import Actor, Statement, Tagging
from shared.tables.watchlist import Figure, Issue, Subscription

__all__ = [
    "Actor",
    "Alert",
    "Article",
    "Attempt",
    "Consent",
    "Delivery",
    "Document",
    "Endpoint",
    "Feed",
    "FeedPoll",
    "Figure",
    "Handoff",
    "Heartbeat",
    "HostRest",
    "Issue",
    "Mailbox",
    "PollLog",
    "Revision",
    "Shift",
    "Statement",
    "Story",
    "StoryBand",
    "Subscription",
    "Tagging",
]
