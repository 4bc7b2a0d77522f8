"""Decide, without writing, what a chunk of reports changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orders.rules.sale import ReportedLine, ReportedSale
from orders.selectors.decisions import NO_DECISIONS, Decisions, decisions_of
from orders.selectors.recorded import (
    RecordedOrder,
    recorded_lines,
    recorded_orders,
)
from orders.services.recording.comparing import says_nothing_new
from orders.services.recording.context import RecordingContext
from orders.services.recording.drafting import draft_order
from orders.services.recording.ledgering import (
    is_refund_date_assumed,
    mark_intermediate,
    plan_ledger,
)
from orders.services.recording.planned import PlannedOrder
from orders.services.recording.totals import RecordedTotals


@dataclass(slots=True)
class Plan:
    """What a chunk of reports comes to.

    `orders` must be written, `confirmed` are as they are recorded, `stale` ones behind it. Of
    the confirmed, the `renewed` need their fingerprints written.
    """

    totals: RecordedTotals = field(default_factory=RecordedTotals)
    orders: list[PlannedOrder] = field(default_factory=list)
    confirmed: list[PlannedOrder] = field(default_factory=list)
    renewed: list[PlannedOrder] = field(default_factory=list)
    stale: list[PlannedOrder] = field(default_factory=list)


def plan_sales(context: RecordingContext, sales: Sequence[ReportedSale]) -> Plan:
    """Compare reports with what is recorded and decide what changes.

    Reads only. An unknown order is created, as is one whose import was withdrawn; a known one
    is unchanged when its content is the same, stale when its status or refund lies behind what
    is recorded, else updated.
    """
    plan = Plan()
    recorded = recorded_orders(context.sales_point.pk, [sale.order_number for sale in sales])
    decisions = decisions_of([known.order_id for known in recorded.values()])
    partial = {
        known.order_id
        for sale in sales
        if (known := recorded.get(sale.order_number))
        and known.has_detail
        and not known.is_withdrawn
        and (sale.lines is None or known.is_missing_lines)
    }
    known_lines = recorded_lines(partial) if partial else {}
    updates: list[PlannedOrder] = []
    for sale in sales:
        known = recorded.get(sale.order_number)
        old_lines = known_lines.get(known.order_id, []) if known else []
        order = draft_order(context, sale, known, old_lines, _decided(decisions, known))
        if known is None or known.is_withdrawn:
            plan.totals.created += 1
            plan.orders.append(order)
        elif order.fingerprint == known.fingerprint:
            plan.totals.unchanged += 1
            plan.confirmed.append(order)
        elif is_stale(order.sale, known):
            _set_aside(plan, order)
        else:
            updates.append(order)
    _plan_updates(context, plan, updates, known_lines, decisions)
    plan_ledger(context, plan.orders)
    for order in (*plan.confirmed, *plan.stale):
        mark_intermediate(context, order)
    for order in (*plan.orders, *plan.confirmed, *plan.stale):
        _count(context, plan.totals, order)
    return plan


def is_stale(sale: ReportedSale, known: RecordedOrder) -> bool:
    """Say whether a report lies behind what is recorded: status, payment, refund, compensation."""
    return (
        sale.status.rank < known.status.rank
        or sale.refunded_fen < known.refunded_fen
        or (sale.compensation_fen or 0) < known.compensation_fen
        or (known.is_paid and sale.paid_at is None)
    )


def _decided(decisions: Mapping[int, Decisions], known: RecordedOrder | None) -> Decisions:
    return decisions.get(known.order_id, NO_DECISIONS) if known and decisions else NO_DECISIONS


def _set_aside(plan: Plan, order: PlannedOrder) -> None:
    plan.totals.unchanged += 1
    plan.totals.stale += 1
    plan.stale.append(order)


def _plan_updates(
    context: RecordingContext,
    plan: Plan,
    updates: Sequence[PlannedOrder],
    known_lines: dict[int, list[ReportedLine]],
    decisions: Mapping[int, Decisions],
) -> None:
    """Keep the updates, each drafted against the lines that are recorded of it.

    Only updates need their recorded lines, so unchanged orders cost no reading. A report whose
    lines fall behind, and that is not ahead otherwise, is stale. One that differs by its
    fingerprint alone, because its lines were matched since, is confirmed.
    """
    unread = [
        order.recorded.order_id
        for order in updates
        if order.recorded and order.recorded.order_id not in known_lines
    ]
    lines = known_lines | (recorded_lines(unread) if unread else {})
    for update in updates:
        order, known = update, update.recorded
        old_lines = lines.get(known.order_id, []) if known else []
        if old_lines:
            decided = _decided(decisions, known)
            order = draft_order(context, update.reported, known, old_lines, decided)
        is_ahead = known is None or _is_ahead(order.sale, known)
        if not is_ahead and falls_behind(order.sale.lines or (), old_lines):
            _set_aside(plan, order)
        elif says_nothing_new(order, old_lines):
            plan.totals.unchanged += 1
            plan.confirmed.append(order)
            plan.renewed.append(order)
        else:
            plan.totals.updated += 1
            plan.orders.append(order)


def _is_ahead(sale: ReportedSale, known: RecordedOrder) -> bool:
    return (
        sale.status.rank > known.status.rank
        or sale.refunded_fen > known.refunded_fen
        or (sale.compensation_fen or 0) > known.compensation_fen
    )


def falls_behind(lines: Sequence[ReportedLine], old_lines: Sequence[ReportedLine]) -> bool:
    """Say whether lines know less than is recorded: a closed one stands, a code is gone."""
    closed = {line.line_key for line in old_lines if line.is_closed}
    coded = {line.line_key for line in old_lines if line.seller_code}
    return any(
        (line.line_key in closed and not line.is_closed)
        or (line.line_key in coded and not line.seller_code)
        for line in lines
    )


def _count(context: RecordingContext, totals: RecordedTotals, order: PlannedOrder) -> None:
    totals.orders += 1
    totals.lines += len(order.lines)
    if order.sale.paid_at is None:
        return
    totals.consumer_paid_fen += order.sale.consumer_paid_fen - order.sale.refunded_fen
    for line in order.lines:
        settled = line.settled
        if line.excluded_reason:
            totals.excluded_fen += settled.amount_fen - settled.refunded_fen
            continue
        totals.gross_fen += settled.amount_fen
        totals.refund_fen += settled.refunded_fen
        totals.unmatched += line.sku is None
    totals.freight_fen += order.settlement.freight_fen - order.settlement.freight_refunded_fen
    totals.compensation_fen += order.sale.compensation_fen or 0
    if order.sale.refunded_fen:
        totals.refunds_date_assumed += is_refund_date_assumed(context, order)
