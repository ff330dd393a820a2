"""What the container stack promises, read from its files: nothing runs as root that need not, nor reaches too far."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
STACK: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = STACK["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"].startswith("stancewatch-"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_write_nowhere_and_gain_nothing(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["init"], service["cap_drop"]) == (True, True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert (service["tmpfs"], service["stop_grace_period"]) == (["/tmp"], "40s")
    assert all(volume.endswith(":ro") for volume in service.get("volumes", ()) if name not in ("secrets", "demo-setup"))


@pytest.mark.parametrize("target", ["ingest", "extract", "alert", "api"])
def test_every_image_runs_as_a_user_of_its_own_by_a_command_without_a_shell(target: str) -> None:
    (stage,) = re.findall(rf"^FROM \w+ AS {target}\n(.*?)(?=^FROM|\Z)", DOCKERFILE, re.DOTALL | re.MULTILINE)
    assert "USER 10001:10001" in stage
    assert re.search(r'^CMD \["\w+"', stage, re.MULTILINE)


def test_workers_end_softly() -> None:
    assert "REMAP_SIGTERM=SIGQUIT" in DOCKERFILE


def test_only_extract_carries_the_language_model() -> None:
    carrying = {
        name
        for name in ("ingest", "extract", "alert", "api")
        if re.search(r"^spacy==", (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert carrying == {"extract"}


def test_only_who_must_reach_outside_does() -> None:
    assert STACK["networks"]["inside"]["internal"] is True
    reach = {name: set(service.get("networks", ())) - {"inside"} for name, service in SERVICES.items()}
    assert {name: nets for name, nets in reach.items() if nets and "profiles" not in SERVICES[name]} == {
        "ingest": {"fetching"},
        "alert": {"sending"},
        "api": {"reading"},
    }


def test_only_pages_and_the_demos_sinks_have_a_port_and_only_on_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert sorted(ports) == ["api", "mailpit", "webhook-sink"]
    assert all(port.startswith("127.0.0.1:") for published in ports.values() for port in published)


def test_no_password_stands_in_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    given = re.findall(r"(?i)(\w*(?:password|secret)\w*): *(\S+)", text)
    assert {value for name, value in given if name.isupper()} <= {
        "/secrets",
        "/secrets/postgres_password",
        "${STANCEWATCH_SMTP_PASSWORD:-}",
    }


def test_the_broker_keeps_what_it_is_given() -> None:
    command = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert "--include /secrets/redis.conf" in command


def test_outside_the_demo_the_allowed_addresses_are_nobodys() -> None:
    (allowed,) = set(re.findall(r"STANCEWATCH_ALLOWED_NETWORKS:-\[(.*?)\]", str(SERVICES["ingest"]["environment"])))
    taken = {
        f'"{network["ipv4_address"]}/32"'
        for name in ("seed-feed", "webhook-sink")
        for network in SERVICES[name]["networks"].values()
    }
    assert set(allowed.split(", ")) == taken
    assert all("profiles" in SERVICES[name] for name in ("seed-feed", "webhook-sink"))


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if "restart" in service])
def test_whatever_stays_up_says_whether_it_works(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
