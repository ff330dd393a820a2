"""The real edges of extract, made when first asked for."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from services.extract.pipeline import load_reader
from services.extract.reader import Reader
from shared.bus import celery_publisher
from shared.celery_app import app
from shared.leases import LeasePolicy
from shared.settings import settings
from shared.transaction import Publish

# One sweep rings for what a worker does in about ten seconds; the next sweep rings for the rest.
MOST_NUDGES = 200


def reader() -> Reader:
    """The reader by the model that the settings name."""
    return load_reader(settings().spacy_model)


def lease() -> LeasePolicy:
    return LeasePolicy(settings().lease_seconds, settings().most_attempts)


def renudge() -> timedelta:
    return timedelta(seconds=settings().renudge_seconds)


@lru_cache(maxsize=1)
def publisher() -> Publish:
    return celery_publisher(app)
