"""What an import would do, said before it does it (预览)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction

from common.clock import business_day
from common.collector import paused_collector
from common.errors import DomainError
from operations.services.jobs import Claim, renew
from orders.models import OrderImport, SalesPoint
from orders.rules.expected_days import PaidDays
from orders.rules.readings import FileFacts, Reading, RowIssue
from orders.selectors.imports import earlier_imports_of, import_totals
from orders.services.recording import RecordedTotals, open_context, plan_sales
from orders.services.recording.planned import PlannedOrder
from orders.services.staging import (
    clear_kept_rows,
    draft_import,
    keep_blocks,
    keep_issues,
    orphan_issues,
    stale_issues,
)

# At most this many unmatched titles are named, those with the most money; all are counted.
TITLES_SHOWN = 100

# Done orders, all orders.
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Noticed:
    """What a preview notices beyond counts and totals.

    `titles`: by (title, seller code) the unmatched lines, pieces and amount in fen.
    """

    days: PaidDays = field(default_factory=PaidDays)
    titles: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    undated_orders: int = 0
    undated_fen: int = 0
    doubts: dict[str, int] = field(default_factory=dict)

    def add(self, order: PlannedOrder) -> None:
        """Take in one planned order."""
        for flag in order.flags:
            self.doubts[flag] = self.doubts.get(flag, 0) + 1
        sale = order.sale
        if sale.paid_at is None:
            return
        paid_fen = sale.consumer_paid_fen - sale.refunded_fen
        self.days.add(business_day(sale.paid_at), number=sale.order_number, paid_fen=paid_fen)
        if undated_fen := _undated_fen(order):
            self.undated_orders += 1
            self.undated_fen += undated_fen
        for line in order.lines:
            if line.sku is None and not line.excluded_reason:
                reported = line.settled.line
                row = self.titles.setdefault((reported.title, reported.seller_code), [0, 0, 0])
                row[0] += 1
                row[1] += reported.quantity
                row[2] += line.settled.amount_fen


def preview_import(
    sales_point: SalesPoint,
    reading: Reading,
    noticed: Noticed | None = None,
    progress: Progress | None = None,
) -> tuple[OrderImport, list[RowIssue]]:
    """Return the unsaved import that these files would come to, and its row verdicts.

    Reads only: nothing is written, no job is made. `noticed` is told every order, `progress`
    every chunk.
    """
    context = open_context(sales_point, source="preview")
    orphans = orphan_issues(sales_point, reading)
    order_import = draft_import(sales_point, reading, orphans)
    issues = [*reading.issues, *orphans]
    totals = RecordedTotals()
    sales, done = iter(reading.sales), 0
    while chunk := list(islice(sales, settings.IMPORT_CHUNK_ORDERS)):
        plan = plan_sales(context, chunk)
        totals.add(plan.totals)
        issues.extend(stale_issues(plan))
        done += len(chunk)
        if noticed is not None:
            for order in (*plan.orders, *plan.confirmed, *plan.stale):
                noticed.add(order)
        if progress is not None:
            progress(done, len(reading.sales))
    for name in RecordedTotals.__dataclass_fields__:
        setattr(order_import, name, getattr(totals, name))
    return order_import, issues


@paused_collector()
def preview_upload(claim: Claim, order_import: OrderImport, reading: Reading) -> dict[str, Any]:
    """Work out what an uploaded import would do and keep it as its findings.

    Orders stay as they are. Kept are the verdicts on rows, and the raw rows around them, so that
    the error file can be made. Raises LeaseLost for a worker that was replaced or cancelled.
    """
    noticed = Noticed(PaidDays(order_import.expected_first_day, order_import.expected_last_day))
    foreseen, issues = preview_import(
        order_import.sales_point,
        reading,
        noticed,
        lambda done, total: renew(claim, done=done, total=total),
    )
    issues.sort(key=lambda issue: (issue.part, issue.row))
    findings = {
        **import_totals(foreseen, reading.files),
        **_noticed(noticed),
        "seen_before": earlier_imports_of(order_import),
    }
    with transaction.atomic():
        clear_kept_rows(order_import)
        for part, facts in zip(order_import.parts.order_by("ordinal"), reading.files, strict=True):
            part.table, part.encoding, part.rows = facts.table, facts.encoding, facts.rows
            part.columns = list(facts.columns)
            part.save(update_fields=["table", "encoding", "rows", "columns"])
            keep_blocks(part, _blocks_with_issues(facts, issues))
        keep_issues(order_import, issues)
        OrderImport.objects.filter(pk=order_import.pk).update(
            state=OrderImport.State.PREVIEWED,
            format=reading.format,
            format_version=reading.format_version,
            is_simulated=reading.is_simulated,
            findings=findings,
        )
        renew(claim, done=len(reading.sales), total=len(reading.sales))
    return {"import": order_import.pk}


@transaction.atomic
def refuse_import(claim: Claim, order_import_id: int, refusal: DomainError) -> None:
    """Mark an upload that cannot be imported, with the code and the sentence that says why.

    Raises LeaseLost for a worker that was replaced or cancelled.
    """
    OrderImport.objects.filter(pk=order_import_id, state=OrderImport.State.UPLOADED).update(
        state=OrderImport.State.REFUSED,
        refusal_code=refusal.code[:60],
        refusal_message=refusal.message[:500],
    )
    renew(claim)


def _undated_fen(order: PlannedOrder) -> int:
    """Return the refunds of an order to which its source gives no date, consumer money."""
    stated = [line.settled.line.stated for line in order.lines]
    if any(stated):
        return sum(one.refunded_fen for one in stated if one and one.refunded_at is None)
    return order.sale.refunded_fen if order.sale.refunded_at is None else 0


def _noticed(noticed: Noticed) -> dict[str, Any]:
    """Return what was noticed as JSON."""
    days = noticed.days
    titles = sorted(noticed.titles.items(), key=lambda item: (-item[1][2], item[0]))
    return {
        "first_paid_on": days.first,
        "last_paid_on": days.last,
        "outside": {
            "orders": days.outside_orders,
            "consumer_paid_fen": days.outside_fen,
            "first_on": days.outside_first,
            "last_on": days.outside_last,
            "numbers": days.outside_numbers,
        },
        "undated_refunds": {"orders": noticed.undated_orders, "refund_fen": noticed.undated_fen},
        "doubts": dict(sorted(noticed.doubts.items())),
        "unmatched_titles": len(titles),
        "titles": [
            {"title": title, "seller_code": code, "lines": n, "quantity": pieces, "amount_fen": fen}
            for (title, code), (n, pieces, fen) in titles[:TITLES_SHOWN]
        ],
    }


def _blocks_with_issues(
    facts: FileFacts, issues: Sequence[RowIssue]
) -> list[tuple[int, int, bytes]]:
    """Return those blocks of raw rows in which a row has an issue."""
    rows = sorted({issue.row for issue in issues if issue.part == facts.ordinal})
    kept, place = [], 0
    for first, count, body in facts.blocks:
        while place < len(rows) and rows[place] < first:
            place += 1
        if place < len(rows) and rows[place] < first + count:
            kept.append((first, count, body))
    return kept
