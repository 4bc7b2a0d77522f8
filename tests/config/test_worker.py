"""A real worker takes what this process rings for, over either broker."""

from __future__ import annotations

import subprocess
import sys

import pytest

from config.celery import app
from config.celery_settings import database_tag
from tests.workers import Broker, run_worker, wait_until

pytestmark = pytest.mark.worker


def test_a_worker_takes_a_task_over_either_broker(transactional_db: None, broker: Broker) -> None:
    with run_worker() as worker:
        app.send_task("operations.sweep_jobs")
        wait_until(
            lambda: "succeeded in" in worker.said(),
            what=lambda: worker.said()[-2000:],
        )


def test_a_task_sent_before_the_worker_started_is_not_lost(
    transactional_db: None, broker: Broker
) -> None:
    app.send_task("operations.sweep_jobs")
    with run_worker() as worker:
        wait_until(lambda: "succeeded in" in worker.said(), what=lambda: worker.said()[-2000:])


def test_beat_schedules_only_tasks_that_exist() -> None:
    # In a process of its own, as beat is: what other tests have imported says nothing.
    asked = (
        "import django; django.setup(); from config.celery import app; "
        "app.loader.import_default_modules(); "
        "print(sorted({each['task'] for each in app.conf.beat_schedule.values()} - {*app.tasks}))"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_message_may_carry_data_but_never_code() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.visibility_timeout > app.conf.task_time_limit


def test_two_databases_do_not_share_a_queue() -> None:
    here = database_tag("/here/shanhai.sqlite3")
    assert here != database_tag("/elsewhere/shanhai.sqlite3")
    assert here == database_tag("/here/shanhai.sqlite3")
