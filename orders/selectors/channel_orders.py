"""What is recorded of an order, as the other system that reported it reads it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from accounts.models import User
from accounts.selectors.integration import integration_reach
from orders.models import Order, OrderLine, SalesEntry, SalesPoint
from orders.rules.ledger_rows import GROSS_SIDE, REFUND_SIDE
from orders.rules.line_keys import NUMBERED

SIDES = (GROSS_SIDE, REFUND_SIDE)


@dataclass(frozen=True, slots=True)
class ChannelOrder:
    """One recorded order. Money in fen, out of the ledger, goods only unless named otherwise.

    net = gross - refund; freight and excluded are net of refunds; compensation (赔付) is part of
    none of them. `unmatched` holds the numbers of counted lines without SKU. `is_withdrawn`:
    taken out of the ledger again.
    """

    number: str
    status: str
    paid_at: datetime | None
    gross_fen: int
    refund_fen: int
    net_fen: int
    freight_fen: int
    excluded_fen: int
    compensation_fen: int
    unmatched: list[str]
    flags: list[str]
    is_withdrawn: bool


def writable_sales_point(user: User, code: str) -> SalesPoint | None:
    """Return the sales point with a code if the user's keys may write it today, else None."""
    reach = integration_reach(user)
    mine = Q(code__in=reach.sales_points) | Q(platform_account__in=reach.platform_accounts)
    return SalesPoint.objects.filter(mine, code=code).first()


def channel_order(sales_point: SalesPoint, number: str) -> ChannelOrder | None:
    """Return what is recorded of an order, None where nothing is."""
    order = Order.objects.filter(sales_point=sales_point, number=number).first()
    if order is None:
        return None
    sums = {
        (row["side"], name): int(row[name])
        for row in SalesEntry.objects.filter(order=order)
        .values("side")
        .annotate(
            amount=Sum("amount_fen"), freight=Sum("freight_fen"), excluded=Sum("excluded_fen")
        )
        .order_by()
        for name in ("amount", "freight", "excluded")
    }
    gross, refund = (sums.get((side, "amount"), 0) for side in SIDES)
    return ChannelOrder(
        number=order.number,
        status=order.status,
        paid_at=order.paid_at,
        gross_fen=gross,
        refund_fen=-refund,
        net_fen=gross + refund,
        freight_fen=sum(sums.get((side, "freight"), 0) for side in SIDES),
        excluded_fen=sum(sums.get((side, "excluded"), 0) for side in SIDES),
        compensation_fen=order.compensation_fen,
        unmatched=_unmatched(order),
        flags=list(order.flags),
        is_withdrawn=order.is_withdrawn,
    )


def _unmatched(order: Order) -> list[str]:
    keys = OrderLine.objects.filter(order=order, sku=None, excluded_reason="")
    return [key.removeprefix(NUMBERED) for key in keys.values_list("line_key", flat=True)]
