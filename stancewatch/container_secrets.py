"""Makes the passwords of a container stack at its first start: `python -m stancewatch.container_secrets FOLDER`."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

PASSWORD_BYTES = KEY_BYTES = 32
DATABASE = "postgresql://stancewatch:{password}@db:5432/stancewatch"
BROKER = "redis://:{password}@redis:6379/0"


def make_secrets(folder: Path) -> tuple[str, ...]:
    """Write what is missing and return its names; what is there stays, since the data was made with it."""
    database, broker = _password(folder / "postgres_password"), _password(folder / "redis_password")
    wanted = {
        "stancewatch_database_url": DATABASE.format(password=database),
        "stancewatch_broker_url": BROKER.format(password=broker),
        "stancewatch_secret_key": secrets.token_urlsafe(KEY_BYTES),
        "redis.conf": f"requirepass {broker}\n",
    }
    return tuple(name for name, content in wanted.items() if _write(folder / name, content))


def _password(file: Path) -> str:
    _write(file, secrets.token_hex(PASSWORD_BYTES))
    return file.read_text(encoding="ascii")


def _write(file: Path, content: str) -> bool:
    """Write a file whole or not at all; only containers that are given its volume can read it."""
    if file.exists():
        return False
    draft = file.with_name(f".{file.name}")
    draft.write_text(content, encoding="ascii")
    draft.chmod(0o444)
    draft.rename(file)
    return True


if __name__ == "__main__":
    made = make_secrets(Path(sys.argv[1]))
    sys.stdout.write(f"made: {', '.join(made)}\n" if made else "all there\n")
