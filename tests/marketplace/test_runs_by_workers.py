"""Runs worked by real worker processes: any number of them, killed at random, by the clock."""

from __future__ import annotations

from contextlib import ExitStack
from random import Random

import pytest

from marketplace.models import AttributionEntry, AttributionRun
from marketplace.selectors.attribution import open_partitions, partitions_of, state_digest
from marketplace.services.attribution import open_run, work_run
from marketplace.services.attribution.checking import wrong_totals
from operations.tasks import ring
from orders.models import ChangedOrder
from tests.marketplace.attribution_world import undone
from tests.marketplace.ledger_builders import ledger_of
from tests.workers import Worker, run_worker, use_broker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.worker]
HASTY = {"SHANHAI_JOB_LEASE_SECONDS": "2", "SHANHAI_JOB_SWEEP_SECONDS": "1"}
ORDERS = 60


def credited() -> tuple[str, int]:
    return state_digest(), AttributionEntry.objects.count()


def test_two_workers_of_which_one_is_killed_come_to_the_result_of_one() -> None:
    ledger_of(ORDERS)
    with undone():
        alone = work_run(open_run(kind="full").pk)
        expected = credited()
    rng = Random(5)
    with use_broker(""), ExitStack() as stack:
        workers: list[Worker] = [
            stack.enter_context(run_worker(HASTY, beat=place == 0)) for place in range(2)
        ]
        run = open_run(kind="full", batch_orders=1)
        for job in open_partitions(run.pk):
            ring(job)
        share = rng.randrange(5, ORDERS // 2)
        wait_until(lambda: partitions_of(run.pk).filter(state="done").count() >= share)
        # The first one keeps the clock: with it gone, a new one takes its place.
        workers[rng.randrange(2)].kill()
        left = open_partitions(run.pk).count()
        stack.enter_context(run_worker(HASTY, beat=True))
        wait_until(lambda: AttributionRun.objects.get(pk=run.pk).status == "done", seconds=90)
    run.refresh_from_db()
    assert left > 0
    assert (credited(), run.orders, run.candidates) == (expected, ORDERS, alone.candidates)
    assert wrong_totals() == []


def test_changed_orders_are_attributed_by_the_clock() -> None:
    sales = ledger_of(3)
    with use_broker(""), run_worker(HASTY | {"SHANHAI_ATTRIBUTION_SWEEP_SECONDS": "1"}, beat=True):
        sales[0].mark()
        wait_until(lambda: AttributionRun.objects.filter(status="done").exists())
        sales[1].refund("line", 100)
        wait_until(lambda: AttributionRun.objects.filter(status="done").count() == 2)
    assert not ChangedOrder.objects.exists()
    assert AttributionRun.objects.count() == 2


def test_an_open_run_whose_workers_all_died_is_resumed_without_anyone_asking() -> None:
    ledger_of(20)
    with use_broker(""):
        run = open_run(kind="full", batch_orders=1)
        with run_worker(HASTY, beat=True) as worker:
            wait_until(lambda: partitions_of(run.pk).filter(state="done").exists())
            worker.kill()
        assert open_partitions(run.pk).exists()
        with run_worker(HASTY, beat=True):
            wait_until(lambda: AttributionRun.objects.get(pk=run.pk).status == "done", seconds=90)
    run.refresh_from_db()
    assert (run.orders, wrong_totals()) == (20, [])
