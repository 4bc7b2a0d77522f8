"""Details that arrive without their order's row: they complete an order recorded earlier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from orders.models import SalesPoint
from orders.rules.fingerprints import HEAD_LENGTH
from orders.rules.revisions import OrderState
from orders.rules.sale import ReportedLine, ReportedSale
from orders.selectors.decisions import NO_DECISIONS, decisions_of
from orders.selectors.recorded import recorded_orders
from orders.selectors.states import order_states
from orders.services.recording.comparing import renew_fingerprints, says_nothing_new
from orders.services.recording.context import RecordingContext
from orders.services.recording.drafting import draft_order
from orders.services.recording.ledgering import plan_ledger
from orders.services.recording.planned import PlannedOrder
from orders.services.recording.planning import falls_behind
from orders.services.recording.writing import write_orders


@transaction.atomic
def record_details(context: RecordingContext, details: Mapping[str, Sequence[ReportedLine]]) -> int:
    """Give recorded orders the lines that a detail-only file brings; return how many changed.

    Orders that are not recorded, or withdrawn, are passed over: their details wait in
    quarantine. The order's head, contact and buyer stay as they are. A recorded line that is
    not repeated stays, flagged; a detail that opens a closed line again is older and changes
    nothing. An order whose lines state their own amounts is complete: dividing it again would
    lose these, its vouchers and its units.
    """
    if not details:
        return 0
    context.keep_up(SalesPoint.objects.select_for_update().get(pk=context.sales_point.pk))
    recorded = recorded_orders(context.sales_point.pk, details)
    ids = [known.order_id for known in recorded.values()]
    states, decisions = order_states(ids), decisions_of(ids)
    changed: list[PlannedOrder] = []
    renewed: list[PlannedOrder] = []
    for number, known in recorded.items():
        if known.is_withdrawn:
            continue
        state = states[known.order_id]
        sale = _sale(state, details[number])
        lines = state.sale.lines or () if known.has_detail else ()
        if any(line.stated is not None for line in lines):
            continue
        decided = decisions.get(known.order_id, NO_DECISIONS)
        order = draft_order(context, sale, known, lines, decided)
        lines_part = order.fingerprint[HEAD_LENGTH:]
        order.fingerprint = known.fingerprint[:HEAD_LENGTH] + lines_part
        if order.fingerprint == known.fingerprint or falls_behind(details[number], lines):
            continue
        if says_nothing_new(order, lines):
            renewed.append(order)
        else:
            changed.append(order)
    plan_ledger(context, changed)
    write_orders(context, changed)
    renew_fingerprints(renewed)
    return len(changed)


def _sale(state: OrderState, lines: Sequence[ReportedLine]) -> ReportedSale:
    """State a recorded order again, with new lines."""
    flags = tuple(flag for flag in state.flags if flag not in {"no_detail", "line_missing"})
    return replace(
        state.sale,
        lines=tuple(lines),
        flags=flags,
        source=lines[0].source,
    )
