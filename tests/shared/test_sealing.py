"""What is secret is unreadable in the database, and a change of the installation's secret loses nothing."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from shared import sealing
from shared.failures import PermanentFailure, UserMistake
from shared.settings import Settings, settings
from shared.tables import Subscription
from stancewatch.resealing import reseal
from tests.alert.builders import SECRET, subscribe

CHAT = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
OLD, NEW = "q8Zt1vWm5yKc3xBn7dRf2hLs9gJp4aEu", "u4Ea9pJg2sLh8fRd1nBx5cKy3mWv7tZq"


def test_secrets_are_stored_sealed_and_read_open(any_database: Engine) -> None:
    with Session(any_database) as session, session.begin():
        subscribe(session, webhook="https://a.example/", webhook_secret=SECRET, previous_secret=SECRET, chat=CHAT)
    with any_database.connect() as connection:
        row = connection.execute(text("SELECT * FROM subscription")).one()
    assert not [value for value in row if isinstance(value, str) and (SECRET[6:] in value or "TIiaj" in value)]
    with Session(any_database) as session:
        found = session.exec(select(Subscription)).one()
        assert (found.webhook_secret, found.previous_secret, found.chat) == (SECRET, SECRET, CHAT)


def test_another_secret_opens_nothing_and_the_line_says_what_to_set() -> None:
    with sealing.using_key(OLD):
        sealed = sealing.seal("a secret")
    with sealing.using_key(NEW), pytest.raises(PermanentFailure, match="STANCEWATCH_PREVIOUS_SECRET_KEY"):
        sealing.unseal(sealed)


@pytest.fixture
def installation(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The environment of an installation, read anew; what was read before is back afterwards."""
    yield monkeypatch
    monkeypatch.undo()
    forget()


def forget() -> None:
    settings.cache_clear()


def test_after_a_rotation_the_secret_before_is_not_needed(
    any_database: Engine, installation: pytest.MonkeyPatch
) -> None:
    def set_to(present: str, previous: str) -> None:
        installation.setenv("STANCEWATCH_SECRET_KEY", present)
        installation.setenv("STANCEWATCH_PREVIOUS_SECRET_KEY", previous)
        forget()

    set_to(OLD, "")
    with Session(any_database) as session, session.begin():
        link = subscribe(session, webhook="https://a.example/", webhook_secret=SECRET, chat=CHAT).token
    set_to(NEW, OLD)
    with Session(any_database) as session, session.begin():
        assert reseal(session) == 3
    set_to(NEW, "")
    with Session(any_database) as session:
        found = session.exec(select(Subscription).where(Subscription.token_hash == sealing.hash_of(link))).one()
        assert (found.webhook_secret, found.chat, found.token) == (SECRET, CHAT, link)


def test_of_the_key_in_a_mail_s_links_the_database_tells_nothing(any_database: Engine) -> None:
    with Session(any_database) as session, session.begin():
        row = subscribe(session)
        first, row.token = row.token, "another key"
    with any_database.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM subscription")).one())
    assert sealing.hash_of("another key") in stored
    assert not [key for key in (first, "another key", sealing.hash_of(first)) if key in stored]


def test_the_embedded_default_makes_one_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    chosen = Settings.model_construct(data_dir=tmp_path / "data", secret_key=SecretStr(""), database_url="")
    key = sealing.service_key(chosen)
    file = tmp_path / "data" / "secret_key"
    assert key == file.read_text() == sealing.service_key(chosen)
    assert len(key) >= 40
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret_key"]


def test_where_no_key_can_be_made_the_line_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    chosen = Settings.model_construct(data_dir=tmp_path / "data", secret_key=SecretStr(""), database_url="")
    with pytest.raises(UserMistake, match="STANCEWATCH_SECRET_KEY"):
        sealing.service_key(chosen)
