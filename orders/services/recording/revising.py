"""Keep what imports said of an order beside what stands (订单前态、订单复报).

A withdrawal needs to know which state was there before, and who else speaks for the one that
stands (docs/decisions/0015-withdrawal.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from operations.services.bulk import insert_rows
from orders.models import OrderConfirmation, OrderRevision
from orders.rules.revisions import OrderState, from_body, to_body
from orders.rules.sale import RecordedGoods, ReportedLine
from orders.selectors.recorded import RecordedOrder
from orders.selectors.states import order_states
from orders.services.recording.context import RecordingContext
from orders.services.recording.entries import Numbered
from orders.services.recording.planned import PlannedLine, PlannedOrder

_COLUMNS = ["order_id", "order_import_id", "replaced_by_id", "replaced_at", "body"]


def keep_revisions(updates: Numbered, replaced_at: datetime, import_id: int | None) -> None:
    """Store the states of orders that are about to be written over, before they are.

    An order that a decision states again keeps its reported state, and a withdrawn one has
    none: neither leaves a revision. Call inside the transaction that writes the orders.
    """
    replaced = [
        order_id
        for order_id, order in updates
        if not order.keeps_report and order.recorded and not order.recorded.is_withdrawn
    ]
    if not replaced:
        return
    insert_rows(
        OrderRevision,
        _COLUMNS,
        [
            (state.order_id, state.last_import_id, import_id, replaced_at, to_body(state))
            for state in order_states(replaced).values()
        ],
    )


def keep_confirmations(context: RecordingContext, confirmed: Sequence[PlannedOrder]) -> None:
    """Note which orders a report found as it says: it speaks for them as well.

    Only a state that an import brought can be taken back, so only such states are noted; a door
    that repeats itself is noted once.
    """
    rows = [
        (known.order_id, context.import_id, known.last_import_id)
        for order in confirmed
        if (known := order.recorded) and known.last_import_id not in {None, context.import_id}
    ]
    if context.import_id is None and rows:
        noted = OrderConfirmation.objects.filter(
            order_import=None, order_id__in=[row[0] for row in rows]
        ).values_list("order_id", "confirms_id")
        rows = [row for row in rows if (row[0], row[2]) not in set(noted)]
    insert_rows(OrderConfirmation, ["order_id", "order_import_id", "confirms_id"], rows)


def keep_stale_reports(context: RecordingContext, stale: Sequence[PlannedOrder]) -> None:
    """Store reports that lie behind as states before the one that stands, as if they came first."""
    kept = [
        (known, _state_of(order, known.order_id))
        for order in stale
        if (known := order.recorded) and known.last_import_id is not None
    ]
    if context.import_id is None:
        kept = [(known, state) for known, state in kept if not _is_kept(known, state)]
    insert_rows(
        OrderRevision,
        _COLUMNS,
        [
            (
                known.order_id,
                context.import_id,
                known.last_import_id,
                context.recorded_at,
                to_body(state),
            )
            for known, state in kept
        ],
    )


def _is_kept(known: RecordedOrder, state: OrderState) -> bool:
    """Say whether a door, which may repeat itself, has said the same behind the same state."""
    bodies = OrderRevision.objects.filter(
        order_id=known.order_id, order_import=None, replaced_by_id=known.last_import_id
    ).values_list("body", flat=True)
    return any(from_body(bytes(body)).fingerprint == state.fingerprint for body in bodies)


def _state_of(order: PlannedOrder, order_id: int) -> OrderState:
    """Return the state that a drafted report would leave, as it was reported."""
    lines = tuple(_line_of(order, planned) for planned in order.lines)
    payer = order.payer.code if order.payer else ""
    sale = replace(
        order.sale,
        lines=lines,
        refunded_fen=order.reported_refund_fen,
        refunded_at=None,
        buyer="",
        contact=None,
        flags=(),
        payer_unit=payer,
        reference_code=order.reference_code,
    )
    return OrderState(
        order_id=order_id,
        sale=sale,
        buyer_key=order.buyer_key,
        payer_unit_code=payer,
        fingerprint=order.fingerprint,
        has_detail="no_detail" not in order.flags,
        flags=order.flags,
        missing=frozenset(line.settled.line.line_key for line in order.lines if line.is_missing),
        source=order.source,
        last_import_id=order.last_import_id,
        is_withdrawn=False,
    )


def _line_of(order: PlannedOrder, planned: PlannedLine) -> ReportedLine:
    line = planned.settled.line
    stated = line.stated
    if stated is not None:
        reported = order.reported_refunds.get(line.line_key, stated.refunded_fen)
        stated = replace(stated, refunded_fen=reported)
    goods = RecordedGoods(planned.sku_code, planned.parts)
    return replace(line, stated=stated, source=planned.source, goods=goods)
