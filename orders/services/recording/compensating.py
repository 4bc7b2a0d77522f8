"""Write what merchants paid buyers beside refunds (赔付), as differences to what stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from operations.selectors.among import among
from operations.services.bulk import fetch_columns, insert_rows
from orders.models import OrderAdjustment
from orders.rules.compensation import Paid, taken_back
from orders.services.recording.context import RecordingContext
from orders.services.recording.entries import Numbered
from orders.services.recording.planned import PlannedOrder

_KIND = OrderAdjustment.Kind.COMPENSATION.value
_COLUMNS = ["order_id", "kind", "amount_fen", "occurred_at", "is_date_assumed"]


def write_compensation(context: RecordingContext, numbered: Numbered) -> None:
    """Append the rows that bring each order's compensation to what its report states.

    Call inside the transaction that writes the orders. Orders without any cost nothing.
    """
    changes = [
        (order_id, order, change)
        for order_id, order in numbered
        if (change := _stated(order) - _standing(order))
    ]
    if not changes:
        return
    lowered = [order_id for order_id, _order, change in changes if change < 0]
    earlier = _rows_of(lowered) if lowered else {}
    rows: list[tuple[Any, ...]] = []
    for order_id, order, change in changes:
        paid = [_newly_paid(context, order, change)]
        if change < 0:
            paid = taken_back(earlier[order_id], -change)
        source = order.entry_source or order.source
        rows.extend((order_id, _KIND, *each, source, context.recorded_at) for each in paid)
    insert_rows(OrderAdjustment, [*_COLUMNS, "source", "recorded_at"], rows)


def _stated(order: PlannedOrder) -> int:
    sale = order.sale
    return 0 if order.is_withdrawn or sale.paid_at is None else sale.compensation_fen or 0


def _standing(order: PlannedOrder) -> int:
    known = order.recorded
    return known.compensation_fen if known and not known.is_withdrawn else 0


def _newly_paid(context: RecordingContext, order: PlannedOrder, fen: int) -> Paid:
    at = order.sale.compensated_at
    return Paid(fen, at or context.recorded_at, at is None)


def _rows_of(order_ids: Sequence[int]) -> dict[int, list[Paid]]:
    condition, parameters = among("order_id", order_ids)
    found: dict[int, list[Paid]] = {}
    for order_id, fen, occurred_at, is_assumed in fetch_columns(
        "SELECT order_id, amount_fen, occurred_at, is_date_assumed FROM orders_orderadjustment "
        f"WHERE kind = '{_KIND}' AND {condition}",
        parameters,
    ):
        found.setdefault(order_id, []).append(Paid(fen, occurred_at, bool(is_assumed)))
    return found
