"""What the settings say of the chat reader; nothing here needs the language model."""

from __future__ import annotations

from services.extract.chat_client import Access
from services.extract.chat_question import Endpoint
from services.extract.chat_reader import Terms
from shared.addresses import read_networks
from shared.egress import Door, Rules
from shared.settings import Settings


def chat_terms(current: Settings) -> Terms:
    """How the chat endpoint of the settings is asked."""
    url, model = current.chat_reader_url, current.chat_reader_model
    key, timeout = current.chat_reader_key.get_secret_value(), current.chat_reader_timeout_seconds
    access = Access(url, key, timeout, current.user_agent)
    return Terms(Endpoint(url, model, current.chat_reader_format), access, current.chat_reader_tokens_per_day)


def door(current: Settings) -> Door:
    """The way out, to public addresses and to what the settings open."""
    return Door(Rules(frozenset(current.allowed_ports), read_networks(current.allowed_networks)))
