"""Which imports brought the figures of a sales point's month, to find a difference by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from operations.services.bulk import fetch_columns
from orders.models import OrderImport, SalesPoint
from orders.rules.reconciliation import next_month
from orders.selectors.reconciliation import windows


@dataclass(slots=True)
class TouchingImport:
    """One import and what it has to do with the month.

    `orders` and `gross_fen` are those of the month's orders that it speaks for now; `repeated`
    counts those that it reported as they stood or that a later one changed; `unread` the rows of
    the whole import that tell no month.
    """

    order_import: OrderImport
    orders: int = 0
    gross_fen: int = 0
    repeated: int = 0
    rejected: int = 0
    unread: int = 0


def imports_of_month(sales_point: SalesPoint, month: date) -> list[TouchingImport]:
    """Return the imports that touched a month, withdrawn ones too, newest first.

    `month` is the first day of it. Five statements.
    """
    table, parameters = windows([month])
    here = (
        "windows w JOIN orders_order o ON o.sales_point_id = %s "
        "AND o.paid_at >= w.start_at AND o.paid_at < w.end_at"
    )
    asked = [*parameters, sales_point.pk]
    spoken = fetch_columns(
        f"{table} SELECT o.last_import_id, count(*), sum(o.goods_fen + o.freight_fen) "
        f"FROM {here} WHERE o.last_import_id IS NOT NULL GROUP BY o.last_import_id",
        asked,
    )
    repeated = fetch_columns(
        f"{table} SELECT said.import_id, count(*) FROM (SELECT c.order_import_id AS import_id "
        f"FROM {here} JOIN orders_orderconfirmation c ON c.order_id = o.id UNION ALL "
        "SELECT r.order_import_id FROM windows w JOIN orders_order o ON o.sales_point_id = %s "
        "AND o.paid_at >= w.start_at AND o.paid_at < w.end_at "
        "JOIN orders_orderrevision r ON r.order_id = o.id) said "
        "WHERE said.import_id IS NOT NULL GROUP BY said.import_id",
        [*asked, sales_point.pk],
    )
    rejected = fetch_columns(
        "SELECT i.order_import_id, count(*) FROM orders_importissue i "
        "JOIN orders_orderimport m ON m.id = i.order_import_id WHERE m.sales_point_id = %s "
        "AND i.verdict IN ('rejected', 'quarantined') AND i.paid_on >= %s AND i.paid_on < %s "
        "GROUP BY i.order_import_id",
        [sales_point.pk, month, next_month(month)],
    )
    ids = {row[0] for rows in (spoken, repeated, rejected) for row in rows}
    found = {
        row.pk: TouchingImport(row)
        for row in OrderImport.objects.filter(pk__in=ids).order_by("-pk")
    }
    for import_id, orders, gross in spoken:
        found[import_id].orders, found[import_id].gross_fen = orders, int(gross)
    for import_id, count in repeated:
        found[import_id].repeated = count
    for import_id, count in rejected:
        found[import_id].rejected = count
    for import_id, count in _unread(sales_point):
        if import_id in found:
            found[import_id].unread = count
    return list(found.values())


def _unread(sales_point: SalesPoint) -> list[tuple[int, int]]:
    """Count the bad rows of each import of a sales point that tell no month."""
    return [
        (import_id, count)
        for import_id, count in fetch_columns(
            "SELECT i.order_import_id, count(*) FROM orders_importissue i "
            "JOIN orders_orderimport m ON m.id = i.order_import_id WHERE m.sales_point_id = %s "
            "AND i.verdict IN ('rejected', 'quarantined') AND i.paid_on IS NULL "
            "GROUP BY i.order_import_id",
            [sales_point.pk],
        )
    ]
