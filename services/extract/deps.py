"""The real edges of extract, made when first asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

from services.extract.chat_deps import chat_terms, door
from services.extract.chat_queries import StoredNotebook
from services.extract.chat_reader import ChatReader
from services.extract.passages import find_passages
from services.extract.pipeline import SpacyReader, load_reader
from services.extract.reader import Reader
from shared import workers
from shared.bus import celery_publisher
from shared.celery_app import app
from shared.clock import utc_now
from shared.leases import LeasePolicy
from shared.settings import Settings, settings
from shared.transaction import Begin, Publish

# One sweep rings for what a worker does in about ten seconds; the next sweep rings for the rest.
MOST_NUDGES = 200


@lru_cache(maxsize=1)
def reader() -> Reader:
    """The reader by the model that the settings name, with a chat reader beside it where they name one."""
    local = load_reader(settings().spacy_model)
    return with_chat_reader(local, settings(), workers.begin()) if settings().chat_reader_url else local


def with_chat_reader(local: SpacyReader, current: Settings, begin: Begin) -> ChatReader:
    """The local reader, and the chat endpoint of the settings, whose answers are kept by `begin`."""
    return ChatReader(
        replace(local, mark=find_passages), chat_terms(current), door(current).send, StoredNotebook(begin), utc_now
    )


def lease() -> LeasePolicy:
    return LeasePolicy(settings().lease_seconds, settings().most_attempts)


def renudge() -> timedelta:
    return timedelta(seconds=settings().renudge_seconds)


@lru_cache(maxsize=1)
def publisher() -> Publish:
    return celery_publisher(app)
