"""What alert's tests share."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from shared.transaction import reads, transactions
from tests.alert.builders import watch
from tests.alert.world import World


@pytest.fixture
def world(any_database: Engine) -> World:
    begin = transactions(any_database, lambda _: None)
    with begin() as tx:
        watch(tx.session)
    return World(begin, reads(any_database))
