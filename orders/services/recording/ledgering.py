"""Turn planned orders into the ledger rows that they need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from common import clock
from orders.rules.ledger import (
    CANCEL,
    REFUND,
    Amounts,
    Dates,
    Frozen,
    LineState,
    Moment,
    new_entries,
)
from orders.rules.line_keys import FREIGHT_KEY
from orders.rules.settlement import total_of
from orders.rules.states import OrderStatus
from orders.selectors.recorded import RecordedLedger, recorded_ledgers
from orders.services.recording.context import RecordingContext
from orders.services.recording.planned import PlannedLine, PlannedOrder


def plan_ledger(context: RecordingContext, orders: Sequence[PlannedOrder]) -> None:
    """Fill in the new ledger rows of each order; orders never paid get none. Reads only."""
    ledgers = recorded_ledgers([o.recorded.order_id for o in orders if o.recorded])
    nothing = RecordedLedger(standing={}, next_sequence={})
    for order in orders:
        sale = order.sale
        if sale.paid_at is None:
            continue
        ledger = ledgers.get(order.recorded.order_id, nothing) if order.recorded else nothing
        day = clock.business_day(sale.paid_at)
        refunded = Moment(context.recorded_at, context.business_date, is_assumed=True)
        if sale.refunded_at is not None:
            refunded = Moment(sale.refunded_at, clock.business_day(sale.refunded_at))
        order.entries = new_entries(
            _states(context, order, ledger, day),
            ledger.standing,
            Dates(
                paid=Moment(sale.paid_at, day),
                refunded=refunded,
                refund_kind=CANCEL if sale.status is OrderStatus.CLOSED else REFUND,
            ),
        )
        order.next_sequence = dict(ledger.next_sequence)


def _states(
    context: RecordingContext, order: PlannedOrder, ledger: RecordedLedger, day: date
) -> list[LineState]:
    states: list[LineState] = []
    for line in order.lines:
        frozen = context.frozen(
            line.sku, day=day, buyer_key=order.buyer_key, reference_code=order.reference_code
        )
        if ledger.standing:
            frozen = _as_first_frozen(frozen, ledger, line.settled.line.line_key)
        states.append(_line_state(line, frozen))
    settlement = order.settlement
    if settlement.freight_fen:
        frozen = context.frozen(
            None, day=day, buyer_key=order.buyer_key, reference_code=order.reference_code
        )
        states.append(
            LineState(
                line_key=FREIGHT_KEY,
                frozen=_as_first_frozen(frozen, ledger, FREIGHT_KEY),
                excluded_reason="",
                sold=Amounts(freight_fen=settlement.freight_fen),
                refunded=Amounts(freight_fen=settlement.freight_refunded_fen),
            )
        )
    return states


def _as_first_frozen(frozen: Frozen, ledger: RecordedLedger, line_key: str) -> Frozen:
    """Keep what a standing row froze, unless the report itself says something else now."""
    for row in ledger.standing.get(line_key, ()):
        before = row.frozen
        if (before.sku_code, before.buyer_key, before.reference_code) == (
            frozen.sku_code,
            frozen.buyer_key,
            frozen.reference_code,
        ):
            return before
    return frozen


def _line_state(line: PlannedLine, frozen: Frozen) -> LineState:
    settled = line.settled
    if line.excluded_reason:
        sold = Amounts(settled.line.quantity, excluded_fen=settled.amount_fen)
        refunded = Amounts(excluded_fen=settled.refunded_fen)
    else:
        sold = Amounts(
            settled.line.quantity,
            settled.amount_fen,
            settled.consumer_paid_fen,
            settled.subsidies,
        )
        returned = total_of(settled.returned)
        refunded = Amounts(
            0, settled.refunded_fen, settled.refunded_fen - returned, settled.returned
        )
    return LineState(settled.line.line_key, frozen, line.excluded_reason, sold, refunded)
