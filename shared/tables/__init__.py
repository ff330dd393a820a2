"""All tables, so that migrations and sessions see one metadata."""

from shared.tables.alerts import Alert, Attempt, Delivery
from shared.tables.articles import Article, Document, Story
from shared.tables.feeds import Feed, FeedPoll, PollLog
from shared.tables.handoffs import Handoff, Heartbeat
from shared.tables.shifts import Shift
from shared.tables.statements import Actor, Statement, Tagging
from shared.tables.watchlist import Figure, Issue, Subscription

__all__ = [
    "Actor",
    "Alert",
    "Article",
    "Attempt",
    "Delivery",
    "Document",
    "Feed",
    "FeedPoll",
    "Figure",
    "Handoff",
    "Heartbeat",
    "Issue",
    "PollLog",
    "Shift",
    "Statement",
    "Story",
    "Subscription",
    "Tagging",
]
