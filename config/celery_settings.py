"""Celery's settings, read lazily by config.celery once Django's settings are there.

Each value that differs from Celery's default was measured against killed workers and restarted
brokers; the reason stands beside it.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from django.conf import settings

# How long a broker keeps a delivered but unacknowledged message from other workers. Above the
# hard time limit, or a long task would run twice at once. Unit: seconds.
VISIBILITY_TIMEOUT = 900
# How often nonces that no signature can use any more are forgotten. Unit: seconds.
SPENT_SWEEP = 3600.0
# How late an unpaid order may be cancelled after its time.
STOREFRONT_TENDED = 60.0
# Search follows the admin at once; this catches other writers, and a new day's validity.
SEARCH_REFRESH = 600.0
# How often an idle worker looks into the broker folder. Unit: seconds.
FOLDER_POLLING = 0.2


def database_tag(name: str) -> str:
    """Return a short tag of a database's name: safe in file names and Redis keys.

    Two databases may share one checkout or one Redis; messages carry row ids, so each database
    has a queue of its own. The database's name and not its host decides, because a web server
    and a worker may reach the same database by different hosts.
    """
    readable = re.sub(r"[^A-Za-z0-9]+", "-", Path(name).stem).strip("-")[:24] or "database"
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{readable}-{digest}"


def _tag() -> str:
    return database_tag(str(settings.DATABASES["default"]["NAME"]))


def broker_address() -> str:
    """Return the broker's URL: Redis when given, else the folder broker that needs no server."""
    return settings.REDIS_URL or "filesystem://"


def broker_transport_name() -> str | None:
    """Return the transport that replaces the one of the URL's scheme, or None."""
    return None if settings.REDIS_URL else "config.folder_broker:Transport"


def broker_options() -> dict[str, Any]:
    """Return the transport options of `broker_address()`, creating the broker folders."""
    if settings.REDIS_URL:
        return {
            "global_keyprefix": f"shanhai:{_tag()}:",
            "visibility_timeout": VISIBILITY_TIMEOUT,
            # The default sweep is so slow (minutes) that a killed worker's task seems lost.
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "health_check_interval": 10,
        }
    root = Path(settings.BROKER_DIR) / _tag()
    folders = {name: root / name for name in ("queue", "taken", "control")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folders["queue"]),
        "data_folder_out": str(folders["queue"]),
        "processed_folder": str(folders["taken"]),
        "control_folder": str(folders["control"]),
        "polling_interval": FOLDER_POLLING,
    }


broker_url = broker_address()
broker_transport = broker_transport_name()
broker_transport_options = broker_options()
broker_connection_retry_on_startup = True
# Celery asks for the same timeout in all three places; the shortest wins.
visibility_timeout = VISIBILITY_TIMEOUT
result_backend_transport_options = {"visibility_timeout": VISIBILITY_TIMEOUT}
# A publisher waits a moment at most: a broker that is down must not hold up a request, and the
# sweeper rings again anyway.
task_publish_retry_policy = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}

# A task may run again, never get lost: acknowledged after the work, also when the child dies.
task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1
# The job row's lease decides who goes on after a lost connection.
worker_cancel_long_running_tasks_on_connection_loss = False
# Results stand in the job rows.
task_ignore_result = True
# Unit: seconds. A job that needs longer resumes from its last chunk.
task_time_limit = 600
task_soft_time_limit = 540
worker_soft_shutdown_timeout = 30

# JSON only: nothing that a message carries may be code.
accept_content = ["json"]
task_serializer = "json"
result_serializer = "json"
event_serializer = "json"

timezone = settings.TIME_ZONE
enable_utc = True
task_default_queue = "shanhai"


def _every(task: str, seconds: float) -> dict[str, Any]:
    """Ring for a task again and again; what nobody took until the next ring is of no use."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds, 5.0)}}


beat_schedule: dict[str, dict[str, Any]] = {
    "sweep-jobs": _every("operations.sweep_jobs", float(settings.JOB_SWEEP_SECONDS)),
    "sweep-nonces": _every("accounts.sweep_nonces", SPENT_SWEEP),
    "sweep-sign-ins": _every("accounts.sweep_sign_ins", SPENT_SWEEP),
    "sweep-idempotency-keys": _every("operations.sweep_idempotency_keys", SPENT_SWEEP),
    "tend-storefront": _every("orders.tend_storefront", STOREFRONT_TENDED),
    "refresh-search": _every("products.refresh_search_entries", SEARCH_REFRESH),
}
if settings.ATTRIBUTION_SWEEP_SECONDS:
    beat_schedule["sweep-attribution"] = _every(
        "marketplace.tasks.sweep_attribution", float(settings.ATTRIBUTION_SWEEP_SECONDS)
    )
if settings.ATTRIBUTION_FULL_AT is not None:
    beat_schedule["attribute-everything"] = {
        "task": "marketplace.tasks.request_attribution",
        "schedule": crontab(
            hour=settings.ATTRIBUTION_FULL_AT[0], minute=settings.ATTRIBUTION_FULL_AT[1]
        ),
        "kwargs": {"kind": "full"},
    }
beat_schedule_filename = str(settings.VAR_DIR / f"beat-{_tag()}")
