"""Brings the whole stack up in containers, waits until the alert has arrived by mail and webhook, takes it down.

The command that runs Compose comes from STANCEWATCH_COMPOSE (default: `docker compose`).
"""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMPOSE = (*shlex.split(os.environ.get("STANCEWATCH_COMPOSE", "docker compose")), "--profile", "demo")
PATIENCE_SECONDS = 300


def main() -> int:
    """Return 0 if both copies of the alert arrived and the webhook's signature was right."""
    ports = {
        name: str(free_port())
        for name in ("STANCEWATCH_PORT", "STANCEWATCH_DEMO_MAIL_PORT", "STANCEWATCH_DEMO_WEBHOOK_PORT")
    }
    environment = {**os.environ, **ports, "COMPOSE_PROJECT_NAME": "stancewatch-demo"}
    mail, hook = (f"http://127.0.0.1:{ports[f'STANCEWATCH_DEMO_{one}_PORT']}" for one in ("MAIL", "WEBHOOK"))
    compose("down", "--volumes", environment=environment)
    try:
        compose("up", "--build", "--detach", environment=environment)
        arrived = wait(mail, hook)
        report(mail, hook, f"http://127.0.0.1:{ports['STANCEWATCH_PORT']}")
        if not arrived:
            subprocess.run([*COMPOSE, "logs", "--no-color", "--tail", "40"], cwd=ROOT, env=environment, check=False)
        return 0 if arrived else 1
    finally:
        compose("down", "--volumes", environment=environment)


def wait(mail: str, hook: str) -> bool:
    """Return whether a mail and a rightly signed call came in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        calls, box = asked(f"{hook}/"), asked(f"{mail}/api/v1/messages")
        if calls and box and box["total"]:
            return all(call["verified"] for call in calls)
        time.sleep(1)
    return False


def report(mail: str, hook: str, api: str) -> None:
    """Print what arrived and what the API says of it."""
    for message in (asked(f"{mail}/api/v1/messages") or {"messages": []})["messages"]:
        print(f"mail to {', '.join(one['Address'] for one in message['To'])}: {message['Subject']}")
    for call in asked(f"{hook}/") or []:
        print(f"webhook {call['webhook_id']} verified={call['verified']}: {json.dumps(call['body'])[:300]}")
    for shift in (asked(f"{api}/api/v1/shifts") or {"items": []})["items"]:
        print(f"shift: {shift['figure']} on {shift['issue']}: {shift['from']} -> {shift['to']} ({shift['kind']})")


def asked(url: str) -> Any:
    """Return what an address answers, or nothing while it does not."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.load(answer)
    except (urllib.error.URLError, OSError):
        return None


def compose(*words: str, environment: dict[str, str]) -> None:
    """Run Compose on the project."""
    subprocess.run([*COMPOSE, *words], cwd=ROOT, env=environment, check=True)


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
