"""Tell the ledger of a storefront order, in the words in which every source tells of a sale."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, Sum

from orders.models import Refund, RefundLine, StorefrontLine, StorefrontOrder
from orders.rules.line_keys import NUMBERED
from orders.rules.sale import (
    ReportedContact,
    ReportedLine,
    ReportedSale,
    ReportedVoucher,
    StatedAmounts,
)
from orders.rules.settlement import Shares
from orders.rules.stated import merged
from orders.rules.storefront.states import REPORTED, State
from orders.selectors.storefront.orders import delivery_of
from orders.services.recording import record_sale
from products.services.catalogue import seller_code_of

_LONGEST_TITLE = 300


def report_to_ledger(order: StorefrontOrder) -> None:
    """Record the order as it stands now, in the caller's transaction. It must be paid."""
    lines = list(order.lines.select_related("sku").order_by("number"))
    backs = _paid_back(order)
    freight_back = order.refunds.filter(state=Refund.States.REFUNDED).aggregate(
        fen=Sum("freight_fen")
    )["fen"]
    dates = [back.at for back in backs.values()]
    sale = ReportedSale(
        order_number=order.number,
        status=REPORTED[State(order.state)],
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        goods_fen=order.goods_fen,
        freight_fen=order.freight_fen,
        consumer_paid_fen=order.due_fen,
        subsidies=merged([_subsidies(line) for line in lines]),
        refunded_fen=sum(back.fen for back in backs.values()) + (freight_back or 0),
        refunded_at=max(dates, default=None),
        lines=tuple(_line(order, line, backs.get(line.pk)) for line in lines),
        title="，".join(line.title for line in lines)[:_LONGEST_TITLE],
        quantity=sum(line.quantity for line in lines),
        buyer=str(order.shopper.public_id),
        contact=_contact(order),
        reference_code=order.reference_code,
        flags=(),
        source="1:0",
    )
    record_sale(order.sales_point, sale, source=f"storefront:{order.number}")


class _Back(NamedTuple):
    """What was paid back of a line: fen, pieces, and when the last of it."""

    fen: int
    pieces: int
    at: datetime


def _paid_back(order: StorefrontOrder) -> dict[int, _Back]:
    rows = (
        RefundLine.objects.filter(refund__order=order, refund__state=Refund.States.REFUNDED)
        .values_list("line")
        .annotate(Sum("amount_fen"), Sum("quantity"), Max("refund__decided_at"))
    )
    return {line: _Back(fen, pieces, at) for line, fen, pieces, at in rows}


def _subsidies(line: StorefrontLine) -> Shares:
    return tuple((funder, fen) for funder, fen in line.subsidies)


def _redeemed(order: StorefrontOrder, line: StorefrontLine) -> tuple[ReportedVoucher, ...]:
    if not line.subsidy_fen:
        return ()
    return (ReportedVoucher(order.voucher_code, order.voucher_campaign_code, line.subsidy_fen),)


def _line(order: StorefrontOrder, line: StorefrontLine, back: _Back | None) -> ReportedLine:
    return ReportedLine(
        line_key=f"{NUMBERED}{line.number}",
        title=line.title,
        attributes="",
        seller_code=seller_code_of(line.sku),
        unit_price_fen=line.unit_price_fen,
        quantity=line.quantity,
        list_fen=line.amount_fen,
        is_closed=back is not None and back.pieces == line.quantity,
        source=f"1:{line.number}",
        vouchers=_redeemed(order, line),
        stated=StatedAmounts(
            line.amount_fen, _subsidies(line), back.fen if back else 0, back.at if back else None
        ),
    )


def _contact(order: StorefrontOrder) -> ReportedContact | None:
    if not order.sealed_address:
        return None
    postal = delivery_of(order)
    return ReportedContact(postal.receiver, postal.phone, f"{postal.region}{postal.detail}")
