"""What ingest's tests share: a server of their own, a door that may reach it, and a feed in the database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.values import PollPolicy
from shared.addresses import read_networks
from shared.egress import Door, Rules
from shared.leases import LeasePolicy
from tests.shared.origin import Origin, serve_raw

NOW = datetime(2016, 1, 12, 12, 0, tzinfo=UTC)
POLICY = PollPolicy(timedelta(minutes=15), shortest=timedelta(minutes=5), longest=timedelta(hours=24))
LEASE = LeasePolicy(seconds=60, most_attempts=3)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with serve_raw() as origin:
        yield origin


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door(Rules(networks=read_networks(["127.0.0.0/8"])))
    yield door
    door.close()
