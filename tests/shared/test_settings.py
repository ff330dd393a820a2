"""Settings: defaults under one folder, and a wrong one is a line that names its variable."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.failures import UserMistake
from shared.settings import LONGEST_SOCKET_PATH, Settings, settings


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("STANCEWATCH_SMTP_PORT", "mail", id="not a number"),
        pytest.param("STANCEWATCH_LEASE_SECONDS", "-1", id="out of range"),
        pytest.param("STANCEWATCH_LOG_LEVEL", "LOUD", id="not one of the words"),
        pytest.param("STANCEWATCH_SECRET_KEY", "changeme", id="a default key"),
        pytest.param("STANCEWATCH_SECRET_KEY", "a" * 40, id="a key that is one letter"),
        pytest.param("STANCEWATCH_ALLOWED_NETWORKS", "10.0.0.0/8", id="a list that is not JSON"),
        pytest.param("STANCEWATCH_ALLOWED_NETWORKS", '["10.0.0.1/8"]', id="an address that is no network"),
        pytest.param("STANCEWATCH_MAIL_FROM", "the desk", id="a sender that is no address"),
        pytest.param("STANCEWATCH_MAIL_FROM", "", id="no sender"),
        pytest.param("STANCEWATCH_BOUNCE_ADDRESS", "bounces", id="a return path that is no address"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UserMistake) as mistake:
        settings()
    assert name.removeprefix("STANCEWATCH_").lower() in str(mistake.value).lower()
    assert "\n" not in str(mistake.value)


def test_everything_embedded_lies_under_the_data_folder(tmp_path: Path) -> None:
    mine = Settings(_env_file=None, data_dir=tmp_path)
    assert mine.database == f"sqlite:///{tmp_path / 'stancewatch.db'}"
    assert mine.broker == f"redis+socket://{tmp_path / 'broker.sock'}"


def test_a_socket_path_that_would_be_too_long_moves(tmp_path: Path) -> None:
    mine = Settings(_env_file=None, data_dir=tmp_path / ("deep" * 30))
    assert len(bytes(mine.broker_socket)) <= LONGEST_SOCKET_PATH
    assert mine.broker_socket == Settings(_env_file=None, data_dir=tmp_path / ("deep" * 30)).broker_socket
