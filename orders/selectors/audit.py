"""Read orders, lines, ledger and imports for the audit, in bounded chunks."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

from operations.services.bulk import fetch_columns
from orders.rules.audit import AuditedEntry, AuditedLine, AuditedOrder, Finding
from orders.rules.seals import FROZEN_COLUMNS
from orders.selectors.decisions import REPEATED_ORDER_STANDS

# Orders in memory at once. Unit: order ids.
CHUNK_IDS = 5000


def audited_orders() -> Iterator[AuditedOrder]:
    """Yield every order with its lines and ledger rows, by ascending id."""
    (first, last), *_ = fetch_columns("SELECT min(id), max(id) FROM orders_order")
    if first is None:
        return
    for low in range(first, last + 1, CHUNK_IDS):
        yield from _chunk(low, min(low + CHUNK_IDS - 1, last)).values()


def _chunk(low: int, high: int) -> dict[int, AuditedOrder]:
    between = "BETWEEN %s AND %s"
    orders = {
        row[0]: AuditedOrder(*row[1:])
        for row in fetch_columns(
            "SELECT o.id, o.number, p.code, o.status, o.paid_at, o.goods_fen, o.freight_fen, "
            "o.refunded_fen, o.subsidy_returned_fen, o.buyer_key, o.is_withdrawn, "
            "o.compensation_fen, (SELECT coalesce(sum(a.amount_fen), 0) "
            "FROM orders_orderadjustment a WHERE a.order_id = o.id) "
            "FROM orders_order o "
            f"JOIN orders_salespoint p ON p.id = o.sales_point_id WHERE o.id {between} "
            "ORDER BY o.id",
            [low, high],
        )
    }
    for order_id, line_key, reason in fetch_columns(
        "SELECT order_id, line_key, reason FROM orders_exclusiondecision "
        f"WHERE state IN ('approved', 'revoking') AND order_id {between} "
        f"AND {REPEATED_ORDER_STANDS}",
        [low, high],
    ):
        orders[order_id].exclusions[line_key] = reason
    _add_lines(orders, between, [low, high])
    for row in fetch_columns(
        f"SELECT order_id, id, seal, {', '.join(FROZEN_COLUMNS)} FROM orders_salesentry "
        f"WHERE order_id {between} ORDER BY id",
        [low, high],
    ):
        orders[row[0]].entries.append(AuditedEntry(row[1], row[2], _columns(row[3:])))
    return orders


def _add_lines(orders: dict[int, AuditedOrder], between: str, span: list[int]) -> None:
    funders: dict[int, list[tuple[str, int]]] = {}
    for line_id, funder, fen in fetch_columns(
        "SELECT d.line_id, d.funder, d.amount_fen FROM orders_linediscount d "
        f"JOIN orders_orderline l ON l.id = d.line_id WHERE l.order_id {between}",
        span,
    ):
        funders.setdefault(line_id, []).append((funder, fen))
    for row in fetch_columns(
        "SELECT l.order_id, l.id, l.line_key, l.list_fen, l.discount_fen, l.amount_fen, "
        "l.subsidy_fen, l.refunded_fen, l.excluded_reason, coalesce(s.code, ''), l.quantity "
        "FROM orders_orderline l LEFT JOIN products_sku s ON s.id = l.sku_id "
        f"WHERE l.order_id {between}",
        span,
    ):
        line = AuditedLine(
            line_key=row[2],
            list_fen=row[3],
            discount_fen=row[4],
            amount_fen=row[5],
            subsidy_fen=row[6],
            refunded_fen=row[7],
            excluded_reason=row[8],
            sku_code=row[9],
            quantity=row[10],
            funders=tuple(funders.get(row[1], ())),
        )
        orders[row[0]].lines.append(line)


def _columns(values: tuple[Any, ...]) -> dict[str, Any]:
    columns = dict(zip(FROZEN_COLUMNS, values, strict=True))
    if isinstance(columns["subsidies"], str):
        columns["subsidies"] = json.loads(columns["subsidies"])
    for name in ("is_certified", "is_event_date_assumed"):
        columns[name] = bool(columns[name])
    return columns


_IMPORT_CHECKS = {
    "import_rows_do_not_add_up": (
        "SELECT id FROM orders_orderimport "
        "WHERE rows <> accepted + rejected + quarantined + duplicate"
    ),
    "import_orders_do_not_add_up": (
        "SELECT id FROM orders_orderimport WHERE state = 'done' "
        "AND (orders <> created + updated + unchanged OR orders <> done_orders)"
    ),
    "import_rows_differ_from_its_files": (
        "SELECT i.id FROM orders_orderimport i JOIN orders_importpart p "
        "ON p.order_import_id = i.id WHERE i.started_at IS NOT NULL "
        "GROUP BY i.id, i.rows HAVING SUM(p.rows) <> i.rows"
    ),
    "raw_rows_lost": (
        "SELECT p.order_import_id FROM orders_importpart p "
        "JOIN orders_orderimport i ON i.id = p.order_import_id "
        "LEFT JOIN orders_rawblock b ON b.part_id = p.id "
        "WHERE p.same_as_id IS NULL AND i.started_at IS NOT NULL "
        "GROUP BY p.order_import_id, p.id, p.rows HAVING COALESCE(SUM(b.rows), 0) <> p.rows"
    ),
    "row_verdicts_lost": (
        "SELECT i.id FROM orders_orderimport i LEFT JOIN orders_importissue s "
        "ON s.order_import_id = i.id AND s.verdict <> 'flagged' "
        "WHERE i.started_at IS NOT NULL GROUP BY i.id, i.rejected, i.quarantined, i.duplicate "
        "HAVING COUNT(s.id) <> i.rejected + i.quarantined + i.duplicate"
    ),
}


def import_findings() -> Iterator[Finding]:
    """Check I8: every row of every import is accounted for and still kept."""
    for code, sql in _IMPORT_CHECKS.items():
        for (import_id,) in fetch_columns(sql):
            yield Finding("I8", code, f"import:{import_id}")
    for block_id, rows in fetch_columns("SELECT id, rows FROM orders_rawblock ORDER BY id"):
        ((body,),) = fetch_columns("SELECT body FROM orders_rawblock WHERE id = %s", [block_id])
        if _rows_in(body) != rows:
            yield Finding("I8", "raw_rows_damaged", f"block:{block_id}")


def _rows_in(body: bytes) -> int:
    """Count the rows of a raw block; -1 where it cannot be read."""
    try:
        return len(json.loads(zlib.decompress(bytes(body))))
    except (zlib.error, ValueError):
        return -1
