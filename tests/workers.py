"""Real Celery workers on the test database: started, waited for, killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.test import override_settings

from config import celery_settings
from config.celery import app

ROOT = Path(__file__).resolve().parents[1]
# How long a worker may take to be ready on a busy machine. Unit: seconds.
READY_SECONDS = 90


@dataclass(frozen=True)
class Broker:
    """The broker in use: `url` is empty for the folder broker."""

    url: str


@dataclass
class Worker:
    """A running worker process and its log."""

    process: subprocess.Popen
    log: Path

    @property
    def pid(self) -> int:
        """The process id of the worker's leader, which is also its group."""
        return self.process.pid

    def kill(self) -> None:
        """End the worker and all its children with SIGKILL: nothing can be cleaned up."""
        self.signal(signal.SIGKILL)
        self.process.wait()

    def signal(self, number: int) -> None:
        """Send a signal to the worker's whole group."""
        if self.process.poll() is None or number == signal.SIGKILL:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def said(self) -> str:
        """Return what the worker has logged so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def database_url() -> str:
    """Return the test database as a URL that a second process can open."""
    known = connection.settings_dict
    name = str(known["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    user = quote(known["USER"], safe="")
    password = f":{quote(known['PASSWORD'], safe='')}" if known["PASSWORD"] else ""
    host = quote(str(known["HOST"]), safe="")
    port = f":{known['PORT']}" if known["PORT"] else ""
    return f"postgresql://{user}{password}@{host}{port}/{quote(name, safe='')}"


def worker_environment(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a second process that shares our database and broker."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "SHANHAI_TEST_RUN": Path(settings.TEST_DIR).name,
        "PYTHONUNBUFFERED": "1",
        **(env or {}),
    }


@contextmanager
def use_broker(redis_url: str = "") -> Iterator[Broker]:
    """Send this process's messages to that Redis, or to the folder broker when empty.

    Queues are those of the test database, empty at the start: a message of an earlier test
    names a row that is gone.
    """
    with override_settings(REDIS_URL=redis_url):
        if not redis_url:
            shutil.rmtree(settings.BROKER_DIR, ignore_errors=True)
        _connect_celery()
        if redis_url:
            app.control.purge()
        try:
            yield Broker(redis_url)
        finally:
            if redis_url:
                app.control.purge()
    _connect_celery()


def _connect_celery() -> None:
    """Point the Celery application at the broker that Django's settings name now."""
    app.conf.broker_url = celery_settings.broker_address()
    app.conf.broker_transport = celery_settings.broker_transport_name()
    app.conf.broker_transport_options = celery_settings.broker_options()
    # Celery keeps its connections; a closed pool is opened again with the new settings.
    app.close()
    app._pool = None
    app.amqp._producer_pool = None


@contextmanager
def run_worker(
    env: Mapping[str, str] | None = None, *, concurrency: int = 1, beat: bool = False
) -> Iterator[Worker]:
    """Start a worker on the test database and wait until it is ready; kill it at the end.

    Needs `transactional_db`, since another process sees committed rows only. `env` adds to the
    worker's environment. Raises AssertionError with the worker's log when it does not come up.
    """
    log = Path(settings.TEST_DIR) / f"worker-{uuid.uuid4().hex[:8]}.log"
    command = [
        sys.executable, "-m", "celery", "-A", "config", "worker", "--loglevel", "INFO",
        "--concurrency", str(concurrency), "--without-gossip", "--without-mingle",
        "--without-heartbeat", "--hostname", f"{log.stem}@localhost",
    ]  # fmt: skip
    if beat:
        command += ["--beat", "--schedule", str(log.with_suffix(".beat"))]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=worker_environment(env), stdin=subprocess.DEVNULL,
            stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    worker = Worker(process, log)
    try:
        wait_until(
            lambda: " ready." in worker.said() or process.poll() is not None,
            seconds=READY_SECONDS,
            what=lambda: f"the worker did not start:\n{worker.said()[-3000:]}",
        )
        assert process.poll() is None, f"the worker ended:\n{worker.said()[-3000:]}"
        yield worker
    finally:
        worker.kill()


def run_command(
    *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `manage.py ARGUMENTS` in a process of its own on the test database and broker."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=worker_environment(env), capture_output=True, text=True,
    )  # fmt: skip


@contextmanager
def start_command(
    *arguments: str, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen]:
    """Start `manage.py ARGUMENTS` in a process group of its own, killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=worker_environment(env), stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(
    condition: Callable[[], object],
    *,
    seconds: float = 30,
    what: str | Callable[[], str] = "the condition did not come true",
) -> None:
    """Wait until `condition()` is true. Raises AssertionError with `what` after `seconds`."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(what() if callable(what) else what)
        time.sleep(0.05)
