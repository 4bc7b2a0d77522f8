"""What every test may ask for: servers, a real worker, and markers that mean what they say."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.test import TransactionTestCase

from tests.workers import Broker, Worker, run_worker, use_broker

# Examples that use a database are slow on a busy machine; speed is measured in bench/, not here.
hypothesis.settings.register_profile("shanhai", deadline=None)
hypothesis.settings.load_profile("shanhai")

# Run only when asked for with `-m`: they need a browser or a lot of time.
ON_DEMAND = ("browser", "soak")


def in_ci() -> bool:
    """Say whether a missing server is a failure instead of a skipped test."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def on_postgresql() -> bool:
    """Say whether this run's database is PostgreSQL."""
    return settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"


def pytest_configure(config: pytest.Config) -> None:
    """Make this process's folder and clear away those of runs that were killed."""
    folder = Path(settings.TEST_DIR)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    for other in folder.parent.glob("pid-*"):
        if not _alive(int(re.sub(r"\D", "", other.name) or 0)):
            shutil.rmtree(other, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_triggers() -> Iterator[None]:
    """Let the flush after a committing test empty append-only tables too.

    The triggers that refuse it are lifted for the flush alone and stand again after it, also
    those that the test dropped on purpose.
    """
    from operations.services.append_only import lifted_triggers

    flush = TransactionTestCase._fixture_teardown

    def flush_everything(case: TransactionTestCase) -> None:
        with ExitStack() as lifted:
            for name in case._databases_names(include_mirrors=False):
                lifted.enter_context(lifted_triggers(name))
            flush(case)

    TransactionTestCase._fixture_teardown = flush_everything
    yield
    TransactionTestCase._fixture_teardown = flush


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove this process's folder."""
    shutil.rmtree(settings.TEST_DIR, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return pid > 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run cannot mean: PostgreSQL tests on SQLite, unasked long tests.

    `make test` runs the suite on both databases, so a test left out here runs there.
    """
    asked = config.getoption("markexpr") or ""
    left_out = [name for name in ON_DEMAND if name not in asked]
    if not on_postgresql():
        left_out.append("postgresql")
    dropped = [item for item in items if any(item.get_closest_marker(name) for name in left_out)]
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in dropped]


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Return the URL of the Redis-compatible server that `scripts.provision` provides."""
    url = os.environ.get("TEST_REDIS_URL", "")
    if not url:
        reason = "no Redis-compatible server: run `make test`, or set TEST_REDIS_URL"
        if in_ci():
            pytest.fail(reason)
        pytest.skip(reason)
    return url


@pytest.fixture(params=["folder", "redis"])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """Yield the broker of this process and of its workers: the folder one, then Redis."""
    url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    with use_broker(url) as broker:
        yield broker


@pytest.fixture
def folder_broker() -> Iterator[Broker]:
    """Yield the folder broker alone, for tests in which the broker makes no difference."""
    with use_broker("") as broker:
        yield broker


@pytest.fixture
def start_worker(
    transactional_db: None, folder_broker: Broker
) -> Callable[..., AbstractContextManager[Worker]]:
    """Return `run_worker`, to start and kill workers on the test database by the folder broker."""
    return run_worker


@pytest.fixture
def worker(transactional_db: None, folder_broker: Broker) -> Iterator[Worker]:
    """Yield a real Celery worker on the test database, killed with its whole group after."""
    with run_worker() as running:
        yield running
