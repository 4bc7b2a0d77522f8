"""Turn planned orders into the ledger rows that they need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from common import clock
from orders.models import SalesPoint
from orders.rules.exclusions import INTERMEDIATE
from orders.rules.ledger import new_entries
from orders.rules.ledger_rows import (
    CANCEL,
    CORRECTION,
    GROSS_SIDE,
    REFUND,
    REFUND_SIDE,
    Amounts,
    Dates,
    Frozen,
    LineState,
    Moment,
)
from orders.rules.line_keys import FREIGHT_KEY
from orders.rules.states import OrderStatus
from orders.selectors.recorded_ledgers import RecordedLedger, recorded_ledgers
from orders.services.recording.bundling import held_parts, part_states
from orders.services.recording.context import Buying, RecordingContext
from orders.services.recording.drafting import fresh_parts
from orders.services.recording.planned import PlannedLine, PlannedOrder
from orders.services.recording.stating import amounts_of, buying_of, first_frozen, refunded_on

ASSUMED = "refund_date_assumed"
_NOTHING = RecordedLedger(standing={}, next_sequence={})


def plan_ledger(
    context: RecordingContext, orders: Sequence[PlannedOrder], *, refreeze: bool = False
) -> None:
    """Fill in the new ledger rows of each order; orders never paid get none. Reads only.

    A withdrawn order's rows are all reversed. With `refreeze`, codes are frozen again from
    today's entries; else a standing row keeps what it froze first.
    """
    ledgers = recorded_ledgers([o.recorded.order_id for o in orders if o.recorded])
    for order in orders:
        sale = order.sale
        ledger = ledgers.get(order.recorded.order_id, _NOTHING) if order.recorded else _NOTHING
        if sale.paid_at is None:
            _take_back(order, ledger)
            continue
        day = clock.business_day(sale.paid_at)
        refunded = Moment(context.recorded_at, context.business_date, is_assumed=True)
        if sale.refunded_at is not None:
            refunded = Moment(sale.refunded_at, clock.business_day(sale.refunded_at))
        if refreeze:
            _with_fresh_parts(order)
        states = _states(context, order, _NOTHING if refreeze else ledger, day)
        order.entries = new_entries(
            [] if order.is_withdrawn else states,
            ledger.standing,
            Dates(
                paid=Moment(sale.paid_at, day),
                refunded=refunded,
                refund_kind=CANCEL if sale.status is OrderStatus.CLOSED else REFUND,
            ),
        )
        order.next_sequence = dict(ledger.next_sequence)
        _mark_assumed_dates(order, ledger)


def is_refund_date_assumed(context: RecordingContext, order: PlannedOrder) -> bool:
    """Say whether this report brings a refund that no source dates."""
    return any(
        entry.side == REFUND_SIDE
        and entry.kind != CORRECTION
        and entry.moment.is_assumed
        and entry.moment.occurred_at == context.recorded_at
        for entry in order.entries
    )


def mark_intermediate(context: RecordingContext, order: PlannedOrder) -> None:
    """Say of an order that needs no ledger rows which of its lines are sold to be sold on."""
    paid_at = order.sale.paid_at
    if paid_at is None or not context.may_be_intermediate(order.payer):
        return
    day = clock.business_day(paid_at)
    if context.helpers.stage_on(context.sales_point, order.payer, day) == INTERMEDIATE:
        order.lines = [
            line._replace(excluded_reason=line.excluded_reason or INTERMEDIATE)
            for line in order.lines
        ]


def _with_fresh_parts(order: PlannedOrder) -> None:
    order.lines = [
        line._replace(parts=fresh_parts(line.sku, order.sale)) if line.sku else line
        for line in order.lines
    ]


def _mark_assumed_dates(order: PlannedOrder, ledger: RecordedLedger) -> None:
    """Flag an order while a refund of it stands on a day that no source gave."""
    gone = {entry.corrects_id for entry in order.entries}
    standing = any(
        row.side == REFUND_SIDE and row.moment.is_assumed and row.entry_id not in gone
        for rows in ledger.standing.values()
        for row in rows
    )
    fresh = any(
        entry.side == REFUND_SIDE and entry.kind != CORRECTION and entry.moment.is_assumed
        for entry in order.entries
    )
    order.flags = [flag for flag in order.flags if flag != ASSUMED]
    if standing or fresh:
        order.flags.append(ASSUMED)


def _take_back(order: PlannedOrder, ledger: RecordedLedger) -> None:
    """Reverse what stands of an order that is unpaid again: its payment was withdrawn."""
    standing = [row for rows in ledger.standing.values() for row in rows]
    if standing:
        paid = standing[0].paid
        order.entries = new_entries([], ledger.standing, Dates(paid=paid, refunded=paid))
        order.next_sequence = dict(ledger.next_sequence)


def _states(
    context: RecordingContext, order: PlannedOrder, ledger: RecordedLedger, day: date
) -> list[LineState]:
    states: list[LineState] = []
    for position, line in enumerate(order.lines):
        buying = buying_of(order, line)
        parts = held_parts(context, line, buying, ledger, day)
        if parts:
            frozen = parts[0].frozen
        else:
            frozen = context.frozen(line.sku, buying, day=day)
            if ledger.standing:
                frozen = first_frozen(frozen, ledger, (line.settled.line.line_key, 0))
        if not line.excluded_reason and frozen.stage == SalesPoint.Stage.INTERMEDIATE:
            line = order.lines[position] = line._replace(excluded_reason=INTERMEDIATE)
        if parts:
            states.extend(part_states(line, parts, line.excluded_reason))
        else:
            states.append(_line_state(line, frozen, ledger))
    if order.settlement.freight_fen:
        states.append(_freight_state(context, order, ledger, day))
    return states


def _line_state(line: PlannedLine, frozen: Frozen, ledger: RecordedLedger) -> LineState:
    grams = _first_weight(line, frozen, ledger) if ledger.standing else line.weight_grams
    sold, refunded = amounts_of(line, line.excluded_reason, grams)
    key = line.settled.line.line_key
    return LineState(
        key, frozen, line.excluded_reason, sold, refunded, refunded_on=refunded_on(line)
    )


def _first_weight(line: PlannedLine, frozen: Frozen, ledger: RecordedLedger) -> int:
    """Keep the weight that the standing sale of the same goods froze, unless it is stated."""
    settled = line.settled.line
    for row in ledger.standing.get((settled.line_key, 0), ()):
        same = row.frozen.sku_code == frozen.sku_code and not settled.weight_grams
        if row.side == GROSS_SIDE and same and row.amounts.quantity == settled.quantity:
            return row.amounts.weight_grams
    return line.weight_grams


def _freight_state(
    context: RecordingContext, order: PlannedOrder, ledger: RecordedLedger, day: date
) -> LineState:
    buying = Buying(order.buyer_key, order.reference_code, order.payer)
    frozen = context.frozen(None, buying, day=day)
    return LineState(
        line_key=FREIGHT_KEY,
        frozen=first_frozen(frozen, ledger, (FREIGHT_KEY, 0)),
        excluded_reason="",
        sold=Amounts(freight_fen=order.settlement.freight_fen),
        refunded=Amounts(freight_fen=order.settlement.freight_refunded_fen),
    )
