"""Work that is killed with SIGKILL again and again, and what must not be lost by it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db.models import Count, Sum

from marketplace.models import AttributionEntry, DailyMoney
from marketplace.selectors.attribution import open_partitions, run_group, state_digest
from marketplace.services.attribution import open_run
from marketplace.services.audit import audit
from operations.models import Job, JobState
from operations.selectors.jobs import group_progress
from operations.services.append_only import lifted_triggers
from operations.tasks import ring
from orders.intake.import_jobs import receive_upload
from orders.intake.reading import read_files
from orders.models import Contact, LineDiscount, Order, OrderImport, OrderLine, RawBlock, SalesEntry
from orders.selectors.sales_points import find_sales_point
from orders.services.importing import stage_import
from orders.services.receiving import UploadTerms
from orders.services.steering import confirm_import
from tests.workers import Worker, run_worker, wait_until

STORE = "xunqianji"
# A short lease, so that a killed worker's job is free soon; still many chunks long.
QUICK = {
    "SHANHAI_JOB_LEASE_SECONDS": "3",
    "SHANHAI_JOB_SWEEP_SECONDS": "1",
    "SHANHAI_IMPORT_CHUNK_ORDERS": "10",
}
# Writing in so small steps that a kill late in the work still finds work to hit.
SLOW_WRITING = QUICK | {"SHANHAI_IMPORT_CHUNK_ORDERS": "3"}
# How long killed work may take to be finished by others. Unit: seconds.
PATIENCE_SECONDS = 180

IMPORT_COUNTS = (
    "state", "rows", "accepted", "rejected", "quarantined", "duplicate", "orders", "lines",
    "created", "updated", "unchanged", "unmatched", "done_orders", "gross_fen", "refund_fen",
    "freight_fen", "excluded_fen", "platform_gross_fen", "platform_refund_fen",
)  # fmt: skip
LEDGER_CONTENT = (
    "order_number", "line_key", "component", "sequence", "kind", "side", "county_code",
    "sku_code", "buyer_key", "quantity", "amount_fen", "consumer_paid_fen", "subsidy_fen",
    "freight_fen", "excluded_fen", "excluded_reason", "order_date",
)  # fmt: skip


def simulate(folder: Path, orders: int, *, seed: int = 7) -> list[Path]:
    """Write an export pair and return its files."""
    call_command(
        "simulate_mayday", "--orders", str(orders), "--seed", str(seed), "--out", str(folder),
        "--json", stdout=StringIO(),
    )  # fmt: skip
    return sorted(folder.glob("*.csv"))


def load_seeds() -> None:
    """Load the reference data as `load_seeds` does."""
    call_command("load_seeds", "--json", stdout=StringIO())


def start_over() -> None:
    """Empty the database and load the reference data."""
    with lifted_triggers():
        call_command("flush", "--no-input", verbosity=0)
    load_seeds()


def import_here(files: Sequence[Path]) -> None:
    """Import without interruption, in this process."""
    call_command(
        "import_orders", "--sales-point", STORE, *map(str, files), "--json", stdout=StringIO()
    )


def attribute_here() -> None:
    """Attribute every order without interruption, in this process."""
    call_command("attribute", "--full", "--json", stdout=StringIO())


def recorded() -> dict[str, Any]:
    """Return what was imported, without ids and clock times: equal after equal content."""
    content = hashlib.sha256()
    for row in sorted(SalesEntry.objects.values_list(*LEDGER_CONTENT), key=repr):
        content.update(repr(row).encode())
    return {
        "imports": list(OrderImport.objects.order_by("pk").values_list(*IMPORT_COUNTS)),
        "ledger": content.hexdigest(),
        "net_fen": SalesEntry.objects.aggregate(net=Sum("amount_fen"))["net"],
        "rows": [
            model.objects.count()
            for model in (Order, OrderLine, LineDiscount, Contact, SalesEntry, RawBlock)
        ],
    }


def attributed() -> dict[str, Any]:
    """Return the state of attribution, without ids and clock times."""
    entries = AttributionEntry.objects.aggregate(
        rows=Count("pk"), direct=Sum("direct_fen"), participation=Sum("participation_fen")
    )
    totals = DailyMoney.objects.filter(view="cohort").aggregate(
        gross=Sum("direct_gross_fen"), refund=Sum("direct_refund_fen"), lines=Sum("direct_lines")
    )
    return {"digest": state_digest(), "entries": entries, "totals": totals}


def assert_audit_is_clean() -> None:
    """Fail with what the audit found."""
    report = audit()
    assert report.violations == []
    assert report.waiting == []


def kill_while_importing(files: Sequence[Path], shares: Sequence[float], rng: Random) -> int:
    """Import through workers of which each is killed; return how many kills hit their work.

    A worker is killed when `shares` of the orders are written, at a random moment after that.
    """
    point = find_sales_point(STORE)
    reading = read_files(
        files,
        sales_point_platform=point.platform,
        shop_id=point.shop_id,
        shop_name=point.shop_name,
    )
    job_id = stage_import(sales_point=point, reading=reading, paths=files).job_id
    ring(Job.objects.get(pk=job_id))

    def share_done() -> float:
        job = Job.objects.get(pk=job_id)
        return 1.0 if job.state == JobState.DONE else job.progress_done / (job.progress_total + 1)

    return _kill_at(shares, rng, share_done, workers=1, env=QUICK)


def kill_while_uploading(files: Sequence[Path], shares: Sequence[float], rng: Random) -> int:
    """Upload, preview, confirm and write; return how many kills hit the work.

    One worker is killed at the preview, then one at each of `shares` of the written orders.
    """
    point = find_sales_point(STORE)
    one = receive_upload(sales_point=point, paths=files, terms=UploadTerms(), actor=None)
    preview_id = one.job_id
    ring(Job.objects.get(pk=preview_id))

    def share_previewed() -> float:
        job = Job.objects.get(pk=preview_id)
        begun = 0.01 if job.attempts else 0.0
        share = job.progress_done / (job.progress_total + 1)
        return 1.0 if job.state == JobState.DONE else max(begun, share)

    hits = _kill_at([0.01], rng, share_previewed, workers=1, env=QUICK)
    job_id = confirm_import(one, None).job_id
    ring(Job.objects.get(pk=job_id))

    def share_written() -> float:
        job = Job.objects.get(pk=job_id)
        return 1.0 if job.state == JobState.DONE else job.progress_done / (job.progress_total + 1)

    return hits + _kill_at(shares, rng, share_written, workers=1, env=SLOW_WRITING)


def kill_while_attributing(batch_orders: int, shares: Sequence[float], rng: Random) -> int:
    """Attribute everything with two workers, of which one is killed at each share of the work.

    The other one goes on, and a new one takes the killed one's place.
    """
    run = open_run(kind="full", batch_orders=batch_orders)
    for job in open_partitions(run.pk):
        ring(job)

    def share_done() -> float:
        run.refresh_from_db()
        progress = group_progress(run_group(run.pk))
        return 1.0 if run.status == "done" else progress.done / (progress.total + 1)

    return _kill_at(shares, rng, share_done, workers=2, env=QUICK)


def _kill_at(
    shares: Sequence[float],
    rng: Random,
    share_done: Callable[[], float],
    *,
    workers: int,
    env: Mapping[str, str],
) -> int:
    hits = 0
    with ExitStack() as stack:
        running: list[Worker] = []

        def start() -> None:
            running.append(stack.enter_context(run_worker(env, beat=True)))

        def said() -> str:
            return "\n".join(worker.said()[-3000:] for worker in running)

        for share in shares:
            while len(running) < workers:
                start()
            wait_until(lambda: share_done() >= share, seconds=PATIENCE_SECONDS, what=said)  # noqa: B023
            time.sleep(rng.uniform(0, 0.05))
            victim = running.pop(rng.randrange(len(running)))
            victim.kill()
            hits += share_done() < 1
        if not running:
            start()
        wait_until(lambda: share_done() >= 1, seconds=PATIENCE_SECONDS, what=said)
    return hits


def is_postgresql() -> bool:
    """Say whether this run's database is PostgreSQL."""
    return bool(settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql")
