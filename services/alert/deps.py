"""The real edges that alert's tasks use, made once for each process from its settings."""

from __future__ import annotations

from functools import lru_cache

from services.alert.channels.base import Channel, Channels
from services.alert.channels.chat import chat_channel
from services.alert.channels.email import MailServer, email_channel
from services.alert.channels.webhook import webhook_channel
from services.alert.delivery import DeliveryPolicy, WhenInDoubt, Width
from services.alert.mail import sender_of
from services.alert.pace import Pace
from shared.addresses import read_networks
from shared.egress import Door, Rules
from shared.leases import LeasePolicy
from shared.settings import Settings, settings
from shared.vocabulary import ChannelKind

MOST_NUDGES = 500  # waiting rows rung for in one sweep
# Half of the threads stay free for others when eight receivers hold theirs for the whole 15 seconds; a task takes no
# more on after 45 seconds, so that it ends within Celery's limit of 100. It lingers for less than the sweep's five
# seconds: one worker process may have to raise alerts too.
WIDTH = Width(at_once=32, in_one_lane=2, seconds=45, linger=4)


@lru_cache(maxsize=1)
def channels() -> Channels:
    """The ways out of this process."""
    return {
        ChannelKind.EMAIL: _email(),
        ChannelKind.WEBHOOK: webhook_channel(_door().send, user_agent=settings().user_agent),
        ChannelKind.CHAT: chat_channel(),
    }


def lease() -> LeasePolicy:
    """How long a worker may hold a row, and how often it is tried."""
    return LeasePolicy(settings().lease_seconds, settings().most_attempts)


def delivery_policy() -> DeliveryPolicy:
    """How deliveries are tried."""
    chosen = settings()
    return DeliveryPolicy(
        lease(),
        public_url=chosen.public_url,
        when_in_doubt=WhenInDoubt(chosen.when_in_doubt),
        width=WIDTH,
        mail_pace=Pace(chosen.mail_per_minute, burst=max(2, chosen.mail_per_minute // 6)),
    )


def mail_server(chosen: Settings) -> MailServer:
    """The mail server that the settings name."""
    return MailServer(
        chosen.smtp_host,
        chosen.smtp_port,
        chosen.smtp_security,
        chosen.smtp_username,
        chosen.smtp_password.get_secret_value(),
        chosen.smtp_ca_file,
    )


def _email() -> Channel:
    chosen = settings()
    sender = sender_of(chosen.mail_from, bounces=chosen.bounce_address)
    return email_channel(mail_server(chosen), sender, templates=chosen.mail_templates)


def _door() -> Door:
    networks = read_networks(settings().allowed_networks)
    return Door(Rules(frozenset(settings().allowed_ports), networks))
