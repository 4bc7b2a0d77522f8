"""What an import keeps of its files before an order is written: counts, raw rows, verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from common import clock
from operations.services.bulk import insert_rows
from operations.services.jobs import Claim, renew
from orders.models import ImportIssue, ImportPart, OrderImport, RawBlock, SalesPoint
from orders.rules.readings import FileFacts, Reading, RowIssue
from orders.selectors.recorded import recorded_orders
from orders.services.recording import Plan

CODE_NO_ORDER = "detail_without_order"
# What a reading says about an import.
_READ = (
    *(
        "format",
        "format_version",
        "is_simulated",
        "business_date",
        "started_at",
        "rows",
        "accepted",
        "rejected",
    ),
    *("quarantined", "duplicate", "platform_gross_fen", "platform_refund_fen"),
)


def draft_import(
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
        format_version=reading.format_version,
        is_simulated=reading.is_simulated,
        business_date=clock.business_day(now),
        received_at=now,
        started_at=now,
        rows=accepted + sum(verdict != "flagged" for verdict in verdicts),
        accepted=accepted,
        rejected=verdicts.count("rejected"),
        quarantined=verdicts.count("quarantined"),
        duplicate=verdicts.count("duplicate"),
        platform_gross_fen=reading.platform_gross_fen,
        platform_refund_fen=reading.platform_refund_fen,
    )


@transaction.atomic
def begin_import(claim: Claim, order_import: OrderImport, reading: Reading) -> None:
    """Keep what was read of a confirmed upload, in place of what its preview kept.

    Raises LeaseLost, and keeps nothing, for a worker that may no longer write.
    """
    point = SalesPoint.objects.select_for_update().get(pk=order_import.sales_point_id)
    orphans = orphan_issues(point, reading)
    draft = draft_import(point, reading, orphans)
    clear_kept_rows(order_import)
    for part, facts in zip(order_import.parts.order_by("ordinal"), reading.files, strict=True):
        part.table, part.encoding, part.rows = facts.table, facts.encoding, facts.rows
        keep_raw_rows(part, facts)
    keep_issues(order_import, [*reading.issues, *orphans])
    for name in _READ:
        setattr(order_import, name, getattr(draft, name))
    order_import.save(update_fields=_READ)
    renew(claim, done=0, total=len(reading.sales))


def clear_kept_rows(order_import: OrderImport) -> None:
    """Forget the verdicts and raw rows of an import that has written nothing."""
    order_import.issues.all().delete()
    RawBlock.objects.filter(part__order_import=order_import).delete()


def keep_raw_rows(part: ImportPart, facts: FileFacts) -> None:
    """Keep the raw rows of a file; a file with known content points to the first one's."""
    part.columns = list(facts.columns)
    part.same_as = (
        ImportPart.objects.filter(
            sha256=part.sha256,
            same_as=None,
            order_import__sales_point=part.order_import.sales_point_id,
            order_import__started_at__isnull=False,
        )
        .order_by("pk")
        .first()
    )
    part.save()
    if part.same_as is None:
        keep_blocks(part, facts.blocks)


def keep_blocks(part: ImportPart, blocks: Sequence[tuple[int, int, bytes]]) -> None:
    """Write raw rows of a file."""
    insert_rows(
        RawBlock,
        ["part_id", "first_row", "rows", "body"],
        ((part.pk, first_row, rows, body) for first_row, rows, body in blocks),
    )


def keep_issues(order_import: OrderImport, issues: Sequence[RowIssue]) -> None:
    """Write verdicts on rows."""
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


def orphan_issues(sales_point: SalesPoint, reading: Reading) -> list[RowIssue]:
    """Return a verdict on each detail line whose order is neither in the files nor recorded."""
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


def stale_issues(plan: Plan) -> list[RowIssue]:
    """Return a flag on each row of a plan that lies behind what is recorded."""
    message = _("这一行的状态或退款落后于已入库的订单，未作改动。")
    issues = []
    for order in plan.stale:
        sale = order.reported
        part, row = sale.source.split(":")
        issues.append(RowIssue(int(part), int(row), "flagged", "stale", message, sale.order_number))
    return issues
