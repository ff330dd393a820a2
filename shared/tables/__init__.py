"""All tables, so that migrations and sessions see one metadata."""

from shared.tables.access import ApiToken, KeptAnswer
from shared.tables.alerts import Alert, Attempt, Delivery
from shared.tables.articles import Article, Document, Revision, Story, StoryBand
from shared.tables.chat import ChatReading
from shared.tables.feeds import Feed, FeedHub, FeedPoll, FeedWalk, HostRest, HostVisit, PollLog
from shared.tables.handoffs import Handoff, Heartbeat
from shared.tables.receivers import Consent, Endpoint, Mailbox, MailDomain
from shared.tables.rehearsals import Rehearsal
from shared.tables.shifts import Shift
from shared.tables.signals import Pressure
from shared.tables.statements import Actor, Statement, Tagging
from shared.tables.verdicts import ShiftVerdict, StatementVerdict
from shared.tables.watchlist import Figure, Issue, Subscription

__all__ = [
    "Actor",
    "Alert",
    "ApiToken",
    "Article",
    "Attempt",
    "ChatReading",
    "Consent",
    "Delivery",
    "Document",
    "Endpoint",
    "Feed",
    "FeedHub",
    "FeedPoll",
    "FeedWalk",
    "Figure",
    "Handoff",
    "Heartbeat",
    "HostRest",
    "HostVisit",
    "Issue",
    "KeptAnswer",
    "MailDomain",
    "Mailbox",
    "PollLog",
    "Pressure",
    "Rehearsal",
    "Revision",
    "Shift",
    "ShiftVerdict",
    "Statement",
    "StatementVerdict",
    "Story",
    "StoryBand",
    "Subscription",
    "Tagging",
]
