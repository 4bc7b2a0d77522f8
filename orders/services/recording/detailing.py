"""Details that arrive without their order's row: they complete an order recorded earlier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.conf import settings
from django.db import transaction

from orders.models import Order, SalesPoint
from orders.rules.fingerprints import lines_fingerprint
from orders.rules.sale import ReportedLine, ReportedSale
from orders.rules.settlement import Shares, total_of
from orders.rules.states import OrderStatus
from orders.selectors.recorded import recorded_lines, recorded_orders
from orders.selectors.subsidies import subsidies_of_orders
from orders.services.recording.context import RecordingContext
from orders.services.recording.ledgering import plan_ledger
from orders.services.recording.planned import PlannedOrder
from orders.services.recording.planning import draft_order, falls_behind
from orders.services.recording.writing import write_orders

# Only files of platforms bring details alone, and they know no other funder.
FUNDER_PLATFORM = "platform"


@transaction.atomic
def record_details(context: RecordingContext, details: Mapping[str, Sequence[ReportedLine]]) -> int:
    """Give recorded orders the lines that a detail-only file brings; return how many changed.

    Orders that are not recorded are passed over: their details wait in quarantine. The
    order's head, contact and buyer stay as they are. A recorded line that is not repeated
    stays, flagged; a detail that opens a closed line again is older and changes nothing.
    """
    if not details:
        return 0
    SalesPoint.objects.select_for_update().get(pk=context.sales_point.pk)
    known = recorded_orders(context.sales_point.pk, details)
    heads = {
        order.number: order
        for order in Order.objects.filter(pk__in=[each.order_id for each in known.values()])
    }
    subsidies = subsidies_of_orders([order.pk for order in heads.values()])
    old_lines = recorded_lines([each.order_id for each in known.values() if each.has_detail])
    changed: list[PlannedOrder] = []
    for number, recorded in known.items():
        sale = _sale(heads[number], subsidies.get(heads[number].pk, ()), details[number])
        codes = [context.sku_code(line.seller_code) for line in details[number]]
        lines_part = lines_fingerprint(sale, codes, key=settings.BUYER_KEY.encode()[:64])
        if recorded.fingerprint[20:] == lines_part:
            continue
        lines = old_lines.get(recorded.order_id, [])
        if falls_behind(details[number], lines):
            continue
        order = draft_order(context, sale, recorded, lines)
        order.fingerprint = recorded.fingerprint[:20] + lines_part
        changed.append(order)
    plan_ledger(context, changed)
    write_orders(context, changed)
    return len(changed)


def _sale(
    order: Order, subsidies: tuple[tuple[str, int], ...], lines: Sequence[ReportedLine]
) -> ReportedSale:
    """State a recorded order again, with new lines."""
    flags = tuple(flag for flag in order.flags if flag not in {"no_detail", "line_missing"})
    sale = ReportedSale(
        order_number=order.number,
        status=OrderStatus(order.status),
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        goods_fen=order.goods_fen,
        freight_fen=order.freight_fen,
        consumer_paid_fen=order.consumer_paid_fen,
        subsidies=_all_subsidies(order.subsidy_fen, subsidies),
        refunded_fen=order.refunded_fen,
        refunded_at=None,
        lines=tuple(lines),
        title="",
        quantity=1,
        buyer="",
        contact=None,
        reference_code=order.reference_code,
        flags=flags,
        source=lines[0].source,
    )
    return replace(sale, flags=tuple(dict.fromkeys(sale.flags)))


def _all_subsidies(subsidy_fen: int, on_lines: Shares) -> Shares:
    """Return an order's subsidies by funder; what the lines do not hold paid freight.

    `settle` gives lines to the funders in order, so that part is the last one's.
    """
    rest = subsidy_fen - total_of(on_lines)
    if not rest:
        return on_lines
    funder, fen = on_lines[-1] if on_lines else (FUNDER_PLATFORM, 0)
    return (*on_lines[:-1], (funder, fen + rest))
