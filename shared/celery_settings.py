"""How Celery is used here: late acknowledgement, no results, JSON only, nothing that waits in memory for long.

Redis is a doorbell: every value below may fail and the database still knows what waits.
"""

from typing import Any

from celery.schedules import schedule
from kombu import Exchange, Queue

from shared.routing import QUEUES, SWEEPS
from shared.settings import settings

SHUTDOWN_GRACE_SECONDS = 25

broker_url = settings().broker
broker_transport_options: dict[str, Any] = {
    "visibility_timeout": 300,  # above the hard limit, the shutdown grace and a minute; asserted in a test
    "socket_timeout": 30,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "retry_on_timeout": True,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "deadletter_queue": "dead",
    "global_keyprefix": "stancewatch:",
}
broker_connection_max_retries = None
broker_connection_retry_on_startup = True
broker_pool_acquire_timeout = 10
accept_content = ["json"]
task_serializer = "json"

task_acks_late = True
task_reject_on_worker_lost = True
task_ignore_result = True
result_backend = None
task_time_limit = 120
task_soft_time_limit = 100
task_publish_retry = True
task_publish_retry_policy = {"max_retries": 3, "interval_start": 0, "interval_step": 0.2, "interval_max": 1}

worker_prefetch_multiplier = 1
worker_eta_task_limit = 100
worker_soft_shutdown_timeout = SHUTDOWN_GRACE_SECONDS
worker_enable_soft_shutdown_on_idle = False
worker_cancel_long_running_tasks_on_connection_loss = True
worker_max_tasks_per_child = 2_000
worker_max_memory_per_child = 1_500_000  # kB; the extract child holds the language model
worker_hijack_root_logger = False
worker_send_task_events = False

task_default_queue = "ingest"
task_queues = tuple(Queue(name, Exchange(name), routing_key=name) for name in sorted(set(QUEUES.values())))
task_routes = {task: {"queue": queue} for task, queue in QUEUES.items()}

beat_schedule = {
    task: {
        "task": task,
        "schedule": schedule(settings().sweep_seconds),
        # a sweep that waited longer than a minute is stale: the next one does its work
        "options": {"queue": QUEUES[task], "expires": 60},
    }
    for task in SWEEPS
}
