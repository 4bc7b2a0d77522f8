"""The writing of an import: staged with its raw rows, then written chunk by chunk.

A chunk is one transaction that writes its orders, the counts and the lease; after a kill
another worker goes on where the last committed chunk ended (docs/flows.md, journey 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import User
from common import clock
from common.collector import paused_collector
from common.errors import DomainError
from operations.services.jobs import Claim, create_job, renew
from orders.models import ImportPart, OrderImport, SalesPoint
from orders.rules.readings import Reading
from orders.services.recording import Plan, RecordedTotals, open_context, record_sales
from orders.services.recording.detailing import record_details
from orders.services.staging import (
    begin_import,
    draft_import,
    keep_issues,
    keep_raw_rows,
    orphan_issues,
    stale_issues,
)
from orders.services.uploads import store_upload

IMPORT_TASK = "orders.tasks.run_import"


@transaction.atomic
def stage_import(
    *,
    sales_point: SalesPoint,
    reading: Reading,
    paths: Sequence[Path],
    created_by: User | None = None,
) -> OrderImport:
    """Keep what was read: files, raw rows, row verdicts and the job that will write orders.

    Detail lines whose order is neither in the files nor recorded are quarantined here.
    """
    orphans = orphan_issues(sales_point, reading)
    order_import = draft_import(sales_point, reading, orphans)
    order_import.created_by = created_by
    order_import.save()
    _keep_files(order_import, reading, paths)
    keep_issues(order_import, [*reading.issues, *orphans])
    order_import.job = create_job(
        kind="import",
        task_name=IMPORT_TASK,
        payload={"import": order_import.pk},
        created_by=created_by,
        progress_total=len(reading.sales),
    )
    order_import.save(update_fields=["job"])
    return order_import


@paused_collector()
def run_import(claim: Claim, order_import: OrderImport, reading: Reading) -> dict[str, Any]:
    """Write the orders of an import, from where it last stopped, and close it.

    One that came by upload begins here: its raw rows and verdicts are kept first. Raises
    LeaseLost when another worker took the job over, or it was cancelled; the chunk under way
    is then rolled back.
    """
    if order_import.started_at is None:
        begin_import(claim, order_import, reading)
    context = open_context(
        order_import.sales_point,
        source=f"import:{order_import.pk}",
        business_date=order_import.business_date,
        import_id=order_import.pk,
    )
    total = len(reading.sales)
    remaining = islice(reading.sales, order_import.done_orders, None)
    done = order_import.done_orders
    while chunk := list(islice(remaining, settings.IMPORT_CHUNK_ORDERS)):
        done += len(chunk)
        with transaction.atomic():
            plan = record_sales(context, chunk)
            _keep_progress(order_import, plan, done)
            renew(claim, done=done, total=total)
    with transaction.atomic():
        record_details(context, reading.orphans)
        OrderImport.objects.filter(pk=order_import.pk).update(
            state=OrderImport.State.DONE, finished_at=clock.now()
        )
        renew(claim, done=total, total=total)
    return {"import": order_import.pk}


@transaction.atomic
def fail_import(claim: Claim, order_import_id: int, refusal: DomainError) -> None:
    """Mark an import whose job ended in a refusal; what its chunks wrote stays.

    Raises LeaseLost for a worker that was replaced or cancelled.
    """
    OrderImport.objects.filter(pk=order_import_id, state=OrderImport.State.RUNNING).update(
        state=OrderImport.State.FAILED,
        refusal_code=refusal.code[:60],
        refusal_message=refusal.message[:500],
        finished_at=clock.now(),
    )
    renew(claim)


def _keep_files(order_import: OrderImport, reading: Reading, paths: Sequence[Path]) -> None:
    for facts, path in zip(reading.files, paths, strict=True):
        part = ImportPart(
            order_import=order_import,
            ordinal=facts.ordinal,
            name=facts.name[:200],
            table=facts.table,
            sha256=facts.sha256,
            size_bytes=facts.size_bytes,
            encoding=facts.encoding,
            rows=facts.rows,
            stored_as=store_upload(path, sha256=facts.sha256),
        )
        keep_raw_rows(part, facts)


def _keep_progress(order_import: OrderImport, plan: Plan, done: int) -> None:
    totals = plan.totals
    OrderImport.objects.filter(pk=order_import.pk).update(
        done_orders=done,
        **{name: F(name) + getattr(totals, name) for name in RecordedTotals.__dataclass_fields__},
    )
    keep_issues(order_import, stale_issues(plan))
