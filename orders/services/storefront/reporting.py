"""Tell the ledger of a storefront order, in the words in which every source tells of a sale."""

from __future__ import annotations

import json

from common.sealing import decrypt_text
from orders.models import StorefrontLine, StorefrontOrder
from orders.rules.line_keys import NUMBERED
from orders.rules.sale import ReportedContact, ReportedLine, ReportedSale, StatedAmounts
from orders.rules.storefront.states import REPORTED, State
from orders.services.recording import record_sale
from products.services.catalogue import seller_code_of

_LONGEST_TITLE = 300


def report_to_ledger(order: StorefrontOrder) -> None:
    """Record the order as it stands now, in the caller's transaction. It must be paid."""
    lines = list(order.lines.select_related("sku").order_by("number"))
    sale = ReportedSale(
        order_number=order.number,
        status=REPORTED[State(order.state)],
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        goods_fen=order.goods_fen,
        freight_fen=order.freight_fen,
        consumer_paid_fen=order.due_fen,
        subsidies=(),
        refunded_fen=0,
        refunded_at=None,
        lines=tuple(_line(line) for line in lines),
        title="，".join(line.title for line in lines)[:_LONGEST_TITLE],
        quantity=sum(line.quantity for line in lines),
        buyer=str(order.shopper.public_id),
        contact=_contact(order),
        reference_code=order.reference_code,
        flags=(),
        source="1:0",
    )
    record_sale(order.sales_point, sale, source=f"storefront:{order.number}")


def _line(line: StorefrontLine) -> ReportedLine:
    return ReportedLine(
        line_key=f"{NUMBERED}{line.number}",
        title=line.title,
        attributes="",
        seller_code=seller_code_of(line.sku),
        unit_price_fen=line.unit_price_fen,
        quantity=line.quantity,
        list_fen=line.amount_fen,
        is_closed=False,
        source=f"1:{line.number}",
        stated=StatedAmounts(line.amount_fen, (), 0, None),
    )


def _contact(order: StorefrontOrder) -> ReportedContact:
    postal = json.loads(decrypt_text(bytes(order.sealed_address)))
    return ReportedContact(
        postal["receiver"], postal["phone"], f"{postal['region']}{postal['detail']}"
    )
