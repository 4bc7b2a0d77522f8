"""The life of an import: staged with its raw rows, then written chunk by chunk.

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
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.collector import paused_collector
from operations.services.bulk import insert_rows
from operations.services.jobs import Claim, create_job, renew
from orders.models import ImportIssue, ImportPart, OrderImport, RawBlock, SalesPoint
from orders.rules.readings import Reading, RowIssue
from orders.selectors.recorded import recorded_orders
from orders.services.recording import Plan, RecordedTotals, open_context, plan_sales, record_sales
from orders.services.recording.detailing import record_details
from orders.services.uploads import store_upload

IMPORT_TASK = "orders.tasks.run_import"
CODE_NO_ORDER = "detail_without_order"


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
    orphans = _orphan_issues(sales_point, reading)
    order_import = _draft_import(sales_point, reading, orphans)
    order_import.created_by = created_by
    order_import.save()
    _keep_files(order_import, reading, paths)
    _keep_issues(order_import, [*reading.issues, *orphans])
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
    """Write the orders of a staged import, from where it last stopped, and close it.

    Raises LeaseLost when another worker took the job over; its chunk is then rolled back.
    """
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


def fail_import(order_import_id: int) -> None:
    """Mark an import whose job ended in a refusal; what its chunks wrote stays."""
    OrderImport.objects.filter(pk=order_import_id, state=OrderImport.State.RUNNING).update(
        state=OrderImport.State.FAILED, finished_at=clock.now()
    )


def preview_import(sales_point: SalesPoint, reading: Reading) -> tuple[OrderImport, list[RowIssue]]:
    """Return the unsaved import that these files would come to, and its row verdicts.

    Reads only: nothing is written, no job is made.
    """
    context = open_context(sales_point, source="preview")
    orphans = _orphan_issues(sales_point, reading)
    order_import = _draft_import(sales_point, reading, orphans)
    issues = [*reading.issues, *orphans]
    totals = RecordedTotals()
    sales = iter(reading.sales)
    while chunk := list(islice(sales, settings.IMPORT_CHUNK_ORDERS)):
        plan = plan_sales(context, chunk)
        totals.add(plan.totals)
        issues.extend(_stale_issues(plan))
    for name in RecordedTotals.__dataclass_fields__:
        setattr(order_import, name, getattr(totals, name))
    return order_import, issues


def _draft_import(
    sales_point: SalesPoint, reading: Reading, orphans: Sequence[RowIssue]
) -> OrderImport:
    """Build an import with its row counts and the platform's totals, unsaved."""
    now = clock.now()
    adopted = sum(len(lines) for lines in reading.orphans.values()) - len(orphans)
    verdicts = [issue.verdict for issue in [*reading.issues, *orphans]]
    accepted = reading.accepted_rows + adopted
    return OrderImport(
        sales_point=sales_point,
        format=reading.format,
        is_simulated=reading.is_simulated,
        business_date=clock.business_day(now),
        started_at=now,
        rows=accepted + sum(verdict != "flagged" for verdict in verdicts),
        accepted=accepted,
        rejected=verdicts.count("rejected"),
        quarantined=verdicts.count("quarantined"),
        duplicate=verdicts.count("duplicate"),
        platform_gross_fen=reading.platform_gross_fen,
        platform_refund_fen=reading.platform_refund_fen,
    )


def _orphan_issues(sales_point: SalesPoint, reading: Reading) -> list[RowIssue]:
    known = recorded_orders(sales_point.pk, reading.orphans) if reading.orphans else {}
    issues: list[RowIssue] = []
    for number, lines in reading.orphans.items():
        if number in known and not known[number].is_withdrawn:
            continue
        for line in lines:
            part, row = line.source.split(":")
            issues.append(
                RowIssue(
                    part=int(part),
                    row=int(row),
                    verdict="quarantined",
                    code=CODE_NO_ORDER,
                    message=_("明细所属的订单不在文件中，此前也没有入库；请与订单表一起导入。"),
                    order_number=number,
                )
            )
    return issues


def _keep_files(order_import: OrderImport, reading: Reading, paths: Sequence[Path]) -> None:
    for facts, path in zip(reading.files, paths, strict=True):
        first = (
            ImportPart.objects.filter(
                sha256=facts.sha256,
                same_as=None,
                order_import__sales_point=order_import.sales_point,
            )
            .order_by("pk")
            .first()
        )
        part = ImportPart.objects.create(
            order_import=order_import,
            ordinal=facts.ordinal,
            name=facts.name[:200],
            table=facts.table,
            sha256=facts.sha256,
            size_bytes=facts.size_bytes,
            encoding=facts.encoding,
            rows=facts.rows,
            stored_as=store_upload(path, sha256=facts.sha256),
            same_as=first,
        )
        if first is None:
            insert_rows(
                RawBlock,
                ["part_id", "first_row", "rows", "body"],
                ((part.pk, first_row, rows, body) for first_row, rows, body in facts.blocks),
            )


def _keep_issues(order_import: OrderImport, issues: Sequence[RowIssue]) -> None:
    insert_rows(
        ImportIssue,
        [
            *("order_import_id", "part_ordinal", "row", "verdict", "code", "message"),
            *("order_number", "paid_on", "gross_fen", "refund_fen"),
        ],
        (
            (
                order_import.pk,
                issue.part,
                issue.row,
                issue.verdict,
                issue.code,
                str(issue.message)[:300],
                issue.order_number[:64],
                issue.paid_on,
                issue.gross_fen,
                issue.refund_fen,
            )
            for issue in issues
        ),
    )


def _keep_progress(order_import: OrderImport, plan: Plan, done: int) -> None:
    totals = plan.totals
    OrderImport.objects.filter(pk=order_import.pk).update(
        done_orders=done,
        **{name: F(name) + getattr(totals, name) for name in RecordedTotals.__dataclass_fields__},
    )
    _keep_issues(order_import, _stale_issues(plan))


def _stale_issues(plan: Plan) -> list[RowIssue]:
    message = _("这一行的状态或退款落后于已入库的订单，未作改动。")
    issues = []
    for order in plan.stale:
        sale = order.reported
        part, row = sale.source.split(":")
        issues.append(RowIssue(int(part), int(row), "flagged", "stale", message, sale.order_number))
    return issues
