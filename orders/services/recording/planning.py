"""Decide, without writing, what a chunk of reports changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from orders.rules import fingerprints
from orders.rules.exclusions import exclusion_reason
from orders.rules.line_keys import PLACEHOLDER_KEY
from orders.rules.sale import ReportedLine, ReportedSale
from orders.rules.settlement import SettledLine, placeholder, settle
from orders.rules.states import OrderStatus
from orders.selectors.recorded import RecordedOrder, recorded_lines, recorded_orders
from orders.services.recording.context import RecordingContext
from orders.services.recording.ledgering import plan_ledger
from orders.services.recording.planned import PlannedLine, PlannedOrder
from orders.services.recording.totals import RecordedTotals


@dataclass(slots=True)
class Plan:
    """What a chunk of reports comes to, and the orders that must be written for it."""

    totals: RecordedTotals = field(default_factory=RecordedTotals)
    orders: list[PlannedOrder] = field(default_factory=list)
    stale: list[ReportedSale] = field(default_factory=list)


def plan_sales(context: RecordingContext, sales: Sequence[ReportedSale]) -> Plan:
    """Compare reports with what is recorded and decide what changes.

    Reads only. An unknown order is created; a known one is unchanged when its content is the
    same, stale when its status or refund lies behind what is recorded, else updated.
    """
    plan = Plan()
    recorded = recorded_orders(context.sales_point.pk, [sale.order_number for sale in sales])
    partial = {
        known.order_id
        for sale in sales
        if (known := recorded.get(sale.order_number))
        and known.has_detail
        and (sale.lines is None or known.is_missing_lines)
    }
    known_lines = recorded_lines(partial) if partial else {}
    updates: list[PlannedOrder] = []
    for sale in sales:
        known = recorded.get(sale.order_number)
        old_lines = known_lines.get(known.order_id, []) if known else []
        order = draft_order(context, sale, known, old_lines)
        if known is None:
            plan.totals.created += 1
            plan.orders.append(order)
        elif order.fingerprint == known.fingerprint:
            plan.totals.unchanged += 1
        elif is_stale(sale, known):
            _set_aside(plan, sale)
        else:
            updates.append(order)
            continue
        _count(plan.totals, order)
    _plan_updates(context, plan, updates, known_lines)
    plan_ledger(context, plan.orders)
    return plan


def is_stale(sale: ReportedSale, known: RecordedOrder) -> bool:
    """Say whether a report lies behind what is recorded: status, payment or refund."""
    return (
        sale.status.rank < known.status.rank
        or sale.refunded_fen < known.refunded_fen
        or (known.is_paid and sale.paid_at is None)
    )


def draft_order(
    context: RecordingContext,
    sale: ReportedSale,
    known: RecordedOrder | None,
    old_lines: Sequence[ReportedLine],
) -> PlannedOrder:
    """Settle and match one report. `old_lines` are recorded lines the report may not repeat."""
    key = context.fingerprint_key
    codes = [context.sku_code(line.seller_code) for line in sale.lines or ()]
    lines_part = fingerprints.lines_fingerprint(sale, codes, key=key)
    if sale.lines is None and known and known.has_detail:
        lines_part = known.fingerprint[20:]
    buyer_key = context.buyer_key(sale.buyer)
    missing: list[ReportedLine] = []
    if sale.lines is not None:
        reported: Sequence[ReportedLine] = sale.lines
        # An order that nobody has paid yet may still change its goods.
        if old_lines and known and known.is_paid:
            told = {PLACEHOLDER_KEY, *(line.line_key for line in sale.lines)}
            missing = [line for line in old_lines if line.line_key not in told]
    else:
        reported = old_lines or [placeholder(sale)]
    settlement = settle(sale, [*reported, *missing] if missing else reported)
    kept = {line.line_key for line in (missing if sale.lines is not None else old_lines)}
    lines = [
        _line(context, settled, is_kept=settled.line.line_key in kept, is_missing=bool(missing))
        for settled in settlement.lines
    ]
    flags = list(sale.flags)
    if reported[0].line_key == PLACEHOLDER_KEY:
        flags.append("no_detail")
    if missing:
        flags.append("line_missing")
    if sale.refunded_fen and sale.refunded_at is None:
        flags.append("refund_date_assumed")
    if sale.status is OrderStatus.CLOSED and sale.refunded_fen < sale.consumer_paid_fen:
        flags.append("closed_not_refunded")
    return PlannedOrder(
        sale=sale,
        recorded=known,
        settlement=settlement,
        lines=lines,
        fingerprint=fingerprints.head_fingerprint(sale, key=key) + lines_part,
        buyer_key=buyer_key or (known.buyer_key if known else ""),
        reference_code=sale.reference_code or (known.reference_code if known else ""),
        flags=flags,
    )


def _line(
    context: RecordingContext, settled: SettledLine, *, is_kept: bool, is_missing: bool
) -> PlannedLine:
    """Match and judge a line. A kept line is a recorded one that the report does not repeat."""
    line = settled.line
    sku = context.sku_for(line.seller_code)
    reason = ""
    if line.line_key != PLACEHOLDER_KEY:
        reason = exclusion_reason(line.title, is_known_sku=sku is not None)
    source = line.source if is_kept else f"{context.source}:{line.source}"
    return PlannedLine(settled, sku, reason, is_kept and is_missing, source)


def _set_aside(plan: Plan, sale: ReportedSale) -> None:
    plan.totals.unchanged += 1
    plan.totals.stale += 1
    plan.stale.append(sale)


def _plan_updates(
    context: RecordingContext,
    plan: Plan,
    updates: Sequence[PlannedOrder],
    known_lines: dict[int, list[ReportedLine]],
) -> None:
    """Count and keep the updates, each against the lines that are recorded of it.

    Only updates need their recorded lines, so unchanged orders cost no reading. A report that
    does not repeat them all is drafted again with them; one whose lines fall behind, and that
    is not ahead otherwise, is stale.
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
        keys = {planned.settled.line.line_key for planned in order.lines}
        if any(line.line_key not in keys for line in old_lines):
            order = draft_order(context, order.sale, known, old_lines)
        _count(plan.totals, order)
        is_ahead = known is None or _is_ahead(order.sale, known)
        if not is_ahead and falls_behind(order.sale.lines or (), old_lines):
            _set_aside(plan, order.sale)
        else:
            plan.totals.updated += 1
            plan.orders.append(order)


def _is_ahead(sale: ReportedSale, known: RecordedOrder) -> bool:
    return sale.status.rank > known.status.rank or sale.refunded_fen > known.refunded_fen


def falls_behind(lines: Sequence[ReportedLine], old_lines: Sequence[ReportedLine]) -> bool:
    """Say whether lines know less than is recorded: a closed one stands, a code is gone."""
    closed = {line.line_key for line in old_lines if line.is_closed}
    coded = {line.line_key for line in old_lines if line.seller_code}
    return any(
        (line.line_key in closed and not line.is_closed)
        or (line.line_key in coded and not line.seller_code)
        for line in lines
    )


def _count(totals: RecordedTotals, order: PlannedOrder) -> None:
    totals.orders += 1
    totals.lines += len(order.lines)
    if order.sale.paid_at is None:
        return
    for line in order.lines:
        settled = line.settled
        if line.excluded_reason:
            totals.excluded_fen += settled.amount_fen - settled.refunded_fen
            continue
        totals.gross_fen += settled.amount_fen
        totals.refund_fen += settled.refunded_fen
        totals.unmatched += line.sku is None
    totals.freight_fen += order.settlement.freight_fen - order.settlement.freight_refunded_fen
