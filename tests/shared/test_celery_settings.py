"""The settings that keep a lost or repeated message harmless; they may not drift."""

from typing import Any

import pytest

from shared import celery_settings, routing
from shared.celery_app import app


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        ("task_ignore_result", True),
        ("result_backend", None),
        ("accept_content", ["json"]),
        ("task_serializer", "json"),
        ("worker_prefetch_multiplier", 1),
        ("worker_cancel_long_running_tasks_on_connection_loss", True),
        ("broker_connection_max_retries", None),
        ("broker_pool_acquire_timeout", 10),
    ],
)
def test_the_app_uses(name: str, value: Any) -> None:
    assert app.conf[name] == value


def test_a_message_comes_back_only_after_its_worker_must_be_dead() -> None:
    longest_life = celery_settings.task_time_limit + celery_settings.SHUTDOWN_GRACE_SECONDS + 60
    assert celery_settings.broker_transport_options["visibility_timeout"] > longest_life


def test_a_lease_outlives_the_hard_time_limit() -> None:
    from shared.settings import Settings

    assert Settings(_env_file=None).lease_seconds > celery_settings.task_time_limit


def test_every_event_has_a_listener_with_a_queue() -> None:
    listening = {task for tasks in routing.LISTENERS.values() for task in tasks}
    assert listening | set(routing.SWEEPS) == set(routing.QUEUES)


def test_every_sweep_runs_by_itself() -> None:
    assert {entry["task"] for entry in celery_settings.beat_schedule.values()} == set(routing.SWEEPS)
