"""Runs, partitions and the command: opened, killed, resumed, refused, counted."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from marketplace.errors import AttributionFailed, RunClosed, RunInProgress
from marketplace.models import AttributionEntry, AttributionRun, DailyMoney
from marketplace.selectors.attribution import (
    credited_and_none,
    partitions_of,
    run_group,
    state_digest,
)
from marketplace.selectors.attribution import (
    open_run as find_open_run,
)
from marketplace.selectors.ledger_frames import orders_between, read_lines
from marketplace.services.attribution import check_run, open_run, request_run, settle_run, work_run
from marketplace.services.attribution.checking import wrong_totals
from marketplace.services.attribution.partitions import work_partition
from marketplace.services.attribution.running import work_claim
from marketplace.tasks import request_attribution
from operations.errors import LeaseLost
from operations.models import Job
from operations.services.jobs import cancel, claim_next
from operations.services.jobs import retry as retry_job
from orders.models import ChangedOrder, SalesEntry
from tests.marketplace.ledger_builders import Line, Sale, campaign, day, ledger_of, moment
from tests.workers import run_worker, use_broker, wait_until

FIRST = moment("2020-05-01 12:00:00")


def kill_worker_of(job_id: int) -> None:
    """Let the lease run out, as after a worker's death."""
    Job.objects.filter(pk=job_id).update(lease_until=Now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_a_partition_of_a_dead_worker_is_taken_over_and_its_owner_refused() -> None:
    ledger_of(5)
    run = open_run(kind="full", batch_orders=2)
    stale = claim_next(group=run_group(run.pk))
    assert stale is not None
    kill_worker_of(stale.job_id)
    done = work_run(run.pk)
    assert (done.status, done.orders, done.entries_written) == ("done", 5, 10)
    written = AttributionEntry.objects.count()
    with pytest.raises(LeaseLost):
        work_partition(stale)
    assert work_claim(stale) is False
    assert AttributionEntry.objects.count() == written
    assert wrong_totals() == []


@pytest.mark.django_db
def test_a_killed_run_is_finished_before_the_next_one_opens() -> None:
    ledger_of(7)
    killed = open_run(kind="full", batch_orders=3)
    claim = claim_next(group=run_group(killed.pk))
    assert claim is not None
    work_partition(claim)
    second = claim_next(group=run_group(killed.pk))
    assert second is not None
    kill_worker_of(second.job_id)
    with pytest.raises(RunInProgress):
        open_run(kind="changed")
    run = work_run(request_run(kind="changed").pk)
    killed.refresh_from_db()
    assert (killed.status, killed.orders, killed.entries_written) == ("done", 7, 14)
    assert (run.status, run.entries_written) == ("done", 0)
    assert run.digest == killed.digest == state_digest()
    assert wrong_totals() == []


@pytest.mark.django_db
def test_a_run_whose_last_worker_died_before_closing_it_is_closed() -> None:
    ledger_of(1)
    run = open_run(kind="full")
    claim = claim_next(group=run_group(run.pk))
    assert claim is not None
    work_partition(claim)
    assert find_open_run() == run
    assert work_run(run.pk).status == "done"
    assert find_open_run() is None


@pytest.mark.django_db
def test_a_failed_run_says_why_and_blocks_nobody() -> None:
    ledger_of(4)
    run = open_run(kind="full", batch_orders=2)
    first = partitions_of(run.pk).order_by("ordinal").first()
    assert first is not None
    cancel(first.pk)
    failed = work_run(run.pk)
    assert (failed.status, failed.orders) == ("failed", 2)
    with pytest.raises(AttributionFailed):
        check_run(failed)
    # A partition of a closed run may not write any more: another run may hold its orders.
    retry_job(first.pk)
    late = claim_next(group=run_group(run.pk))
    assert late is not None
    with pytest.raises(RunClosed):
        work_partition(late)
    assert work_run(request_run(kind="changed").pk).status == "done"
    assert sum(credited_and_none()) == 40_000


@pytest.mark.django_db
def test_a_run_with_nothing_to_do_closes_at_once() -> None:
    for kind in ("full", "changed"):
        run = request_run(kind=kind)
        assert (run.status, run.orders, run.digest) == ("done", 0, "0" * 40)


@pytest.mark.django_db
def test_a_change_that_arrives_during_a_run_waits_for_the_next() -> None:
    sales = ledger_of(2)
    run = open_run(kind="changed")
    sales[0].refund("line", 100)
    work_run(run.pk)
    assert ChangedOrder.objects.count() == 1
    assert work_run(request_run(kind="changed").pk).orders == 1
    assert not ChangedOrder.objects.exists()


@pytest.mark.django_db
def test_rows_of_the_feed_for_orders_without_sales_are_taken_too() -> None:
    sale = Sale("unpaid", FIRST, [])
    sale.mark()
    run = work_run(request_run(kind="changed").pk)
    assert (run.orders, run.entries_written) == (0, 0)
    assert not ChangedOrder.objects.exists()


@pytest.mark.django_db
def test_rules_published_during_a_run_leave_it_without_one_hash() -> None:
    ledger_of(4)
    run = open_run(kind="full", batch_orders=2)
    claim = claim_next(group=run_group(run.pk))
    assert claim is not None
    work_partition(claim)
    campaign("late", day("2020-05-01"), day("2020-05-02"))
    assert len(run.rules_hash) == 64
    assert work_run(run.pk).rules_hash == ""


@pytest.mark.django_db
def test_one_late_refund_costs_the_same_at_any_size() -> None:
    counts = []
    for size in (3, 60):
        sales = ledger_of(size)
        work_run(request_run(kind="full").pk)
        sales[0].refund("line", 100)
        run = open_run(kind="changed")
        claim = claim_next(group=run_group(run.pk))
        assert claim is not None
        with CaptureQueriesContext(connection) as queries:
            work_partition(claim)
        settle_run(run.pk)
        counts.append(len(queries))
        # One for the campaign, one for what the models of a path leave to none.
        assert AttributionEntry.objects.filter(run=run).count() == 2
        for sale in sales:
            sale.order.number += f"-{size}"
            sale.order.save()
    assert counts[0] == counts[1] <= 20


@pytest.mark.django_db
def test_a_batch_of_many_orders_takes_as_many_statements_as_one() -> None:
    sales = ledger_of(30)
    counts = []
    for batch in (1, 29):
        # Stronger than the last one, so that every order changes hands.
        campaign(f"all{batch}", day("2020-05-01"), day("2020-06-01"), priority=batch)
        for sale in sales:
            sale.mark()
        run = open_run(kind="full", batch_orders=batch)
        claim = claim_next(group=run_group(run.pk))
        assert claim is not None
        with CaptureQueriesContext(connection) as queries:
            work_partition(claim)
        counts.append(len(queries))
        work_run(run.pk)
    assert counts[0] == counts[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", ['say "no"', "a,b", "two\nlines", "cr\r\nlf", "'|\\t%s%w", " blank ", '"', "袜子;„“"]
)
def test_any_text_passes_the_edges_unchanged(key: str) -> None:
    Sale('N 1,"x"', FIRST, [Line(key=key)])
    lines = read_lines(orders_between(0, 2**62))
    assert lines.select("line_key", "order_number", "reference_code").row(0) == (
        key,
        'N 1,"x"',
        "",
    )
    entry = SalesEntry.objects.get()
    assert lines["paid_us"].item() == int(entry.paid_at.timestamp()) * 1_000_000
    assert lines["order_date"].item() == entry.order_date
    work_run(request_run(kind="full").pk)
    assert AttributionEntry.objects.get().order_number == 'N 1,"x"'


@pytest.mark.django_db
def test_the_time_of_payment_keeps_its_microseconds() -> None:
    campaign("a", FIRST, FIRST + timedelta(microseconds=1))
    Sale("in", FIRST, [Line()])
    Sale("out", FIRST + timedelta(microseconds=1), [Line()])
    work_run(request_run(kind="full").pk)
    assert AttributionEntry.objects.get(campaign_code="a").order_number == "in"


@pytest.mark.django_db(transaction=True)
@pytest.mark.worker
def test_workers_give_the_same_digest_and_a_killed_one_loses_nothing(
    capsys: pytest.CaptureFixture,
) -> None:
    ledger_of(40)
    hasty = {"SHANHAI_JOB_LEASE_SECONDS": "2", "SHANHAI_JOB_SWEEP_SECONDS": "1"}
    with use_broker(""):
        run = open_run(kind="full", batch_orders=1)
        with run_worker(env=hasty, beat=True) as worker:
            wait_until(lambda: partitions_of(run.pk).filter(state="done").exists())
            worker.kill()
        left = partitions_of(run.pk).exclude(state="done").count()
        with run_worker(env=hasty, beat=True):
            call_command("attribute", "--full", "--celery", "--json")
    assert left > 0
    answer = json.loads(capsys.readouterr().out)
    run.refresh_from_db()
    assert (run.status, run.orders, run.entries_written) == ("done", 40, 61)
    assert (answer["entries_written"], answer["digest"]) == (0, run.digest)
    assert DailyMoney.objects.exists()
    assert wrong_totals() == []


@pytest.mark.django_db(transaction=True)
def test_a_request_by_celery_joins_the_open_run() -> None:
    ledger_of(3)
    with use_broker(""):
        request_attribution()
        run = find_open_run()
        assert run is not None
        request_attribution("full")
        assert AttributionRun.objects.count() == 1
        work_run(run.pk)
        request_attribution("full")
    assert AttributionRun.objects.count() == 2
