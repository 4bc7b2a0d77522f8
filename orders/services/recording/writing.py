"""Write planned orders in a few bulk statements: heads, lines, contacts, ledger, feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any

from common.sealing import encrypt_text, keyed_hash
from operations.selectors.among import among
from operations.services.bulk import allocate_ids, execute, insert_rows, update_rows
from orders.models import Contact, LineDiscount, Order, OrderLine, VoucherRedemption
from orders.rules.line_keys import PLACEHOLDER_KEY
from orders.rules.sale import ReportedContact, ReportedLine
from orders.rules.settlement import total_of
from orders.selectors.recorded import orders_with_redemptions
from orders.services.recording.compensating import write_compensation
from orders.services.recording.context import RecordingContext
from orders.services.recording.entries import Numbered, write_entries
from orders.services.recording.planned import PlannedOrder
from orders.services.recording.revising import keep_revisions

FUNDER_MERCHANT = "merchant"

_HEAD_COLUMNS = [
    "status",
    "placed_at",
    "paid_at",
    "goods_fen",
    "freight_fen",
    "consumer_paid_fen",
    "subsidy_fen",
    "refunded_fen",
    "subsidy_returned_fen",
    "buyer_key",
    "reference_code",
    "has_detail",
    "flags",
    "fingerprint",
    "source",
    "updated_at",
    "payer_unit_code",
    "last_import_id",
    "is_withdrawn",
    "reported_refund_fen",
    "reported_returned_fen",
    "compensation_fen",
]
_LINE_COLUMNS = [
    "id",
    "order_id",
    "line_key",
    "title",
    "attributes",
    "seller_code",
    "sku_id",
    "unit_price_fen",
    "quantity",
    "list_fen",
    "discount_fen",
    "amount_fen",
    "subsidy_fen",
    "consumer_paid_fen",
    "refunded_fen",
    "excluded_reason",
    "is_closed",
    "is_missing",
    "source",
    "weight_grams",
    "beneficiary_unit_code",
    "stated_county_code",
    "stated_refund_fen",
    "stated_refunded_at",
    "bundle_parts",
]


def write_orders(context: RecordingContext, orders: Sequence[PlannedOrder]) -> None:
    """Write what `plan_sales` decided. Call inside a transaction that holds the sales point."""
    if not orders:
        return
    fresh = [order for order in orders if order.recorded is None]
    known = [order for order in orders if order.recorded is not None]
    ids = allocate_ids(Order, len(fresh))
    numbered: Numbered = list(zip(ids, fresh, strict=True))
    updates: Numbered = [(order.recorded.order_id, order) for order in known if order.recorded]
    insert_rows(
        Order,
        ["id", "sales_point_id", "number", "recorded_at", *_HEAD_COLUMNS],
        (
            (
                order_id,
                context.sales_point.pk,
                order.sale.order_number,
                context.recorded_at,
                *_head(context, order),
            )
            for order_id, order in numbered
        ),
    )
    redeemed: set[int] = set()
    if updates:
        redeemed = orders_with_redemptions([order_id for order_id, _ in updates])
        keep_revisions(updates, context.recorded_at, context.import_id)
        update_rows(
            Order,
            "id",
            _HEAD_COLUMNS,
            ((order_id, *_head(context, order)) for order_id, order in updates),
        )
        _forget_lines([order_id for order_id, _ in updates])
    numbered.extend(updates)
    _write_lines(numbered)
    _write_contacts(numbered, {order_id for order_id, _ in updates})
    write_entries(context, numbered, redeemed)
    write_compensation(context, numbered)


def _head(context: RecordingContext, order: PlannedOrder) -> tuple[Any, ...]:
    sale, settlement = order.sale, order.settlement
    is_paid = sale.paid_at is not None
    return (
        sale.status.value,
        sale.placed_at,
        sale.paid_at,
        sale.goods_fen,
        sale.freight_fen,
        sale.consumer_paid_fen if is_paid else 0,
        settlement.subsidy_fen,
        sale.refunded_fen if is_paid else 0,
        settlement.subsidy_returned_fen,
        order.buyer_key,
        order.reference_code,
        order.lines[0].settled.line.line_key != PLACEHOLDER_KEY,
        order.flags,
        order.fingerprint,
        order.source,
        context.recorded_at,
        order.payer.code if order.payer else "",
        order.last_import_id,
        order.is_withdrawn,
        *_before_correction(order),
        (sale.compensation_fen or 0) if is_paid else 0,
    )


def _before_correction(order: PlannedOrder) -> tuple[int | None, int | None]:
    """Return what was reported to be refunded and returned where a correction lowers it."""
    if order.reported_refund_fen == order.sale.refunded_fen:
        return None, None
    return order.reported_refund_fen, order.reported_returned_fen


def _forget_lines(order_ids: Sequence[int]) -> None:
    """Drop the lines of updated orders: they are written again whole. The ledger keeps all."""
    condition, parameters = among("order_id", order_ids)
    execute(
        "DELETE FROM orders_linediscount WHERE line_id IN "
        f"(SELECT id FROM orders_orderline WHERE {condition})",
        parameters,
    )
    execute(f"DELETE FROM orders_orderline WHERE {condition}", parameters)
    execute(f"DELETE FROM orders_voucherredemption WHERE {condition}", parameters)


def _write_lines(numbered: Numbered) -> None:
    ids = iter(allocate_ids(OrderLine, sum(len(order.lines) for _, order in numbered)))
    discounts: list[tuple[Any, ...]] = []
    insert_rows(OrderLine, _LINE_COLUMNS, _line_rows(numbered, ids, discounts))
    insert_rows(LineDiscount, ["line_id", "funder", "amount_fen"], discounts)
    insert_rows(
        VoucherRedemption,
        ["order_id", "line_key", "voucher_code", "campaign_code", "discount_fen"],
        [
            (
                order_id,
                planned.settled.line.line_key,
                voucher.voucher_code,
                voucher.campaign_code,
                voucher.discount_fen,
            )
            for order_id, order in numbered
            for planned in order.lines
            for voucher in planned.settled.line.vouchers
        ],
    )


def _line_rows(
    numbered: Numbered, ids: Iterator[int], discounts: list[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    for order_id, order in numbered:
        is_paid = order.sale.paid_at is not None
        for planned in order.lines:
            settled = planned.settled
            line, line_id = settled.line, next(ids)
            subsidy_fen = total_of(settled.subsidies)
            if settled.discount_fen:
                discounts.append((line_id, FUNDER_MERCHANT, settled.discount_fen))
            discounts.extend((line_id, funder, fen) for funder, fen in settled.subsidies)
            yield (
                line_id,
                order_id,
                line.line_key,
                line.title,
                line.attributes,
                line.seller_code,
                planned.sku.sku_id if planned.sku else None,
                line.unit_price_fen,
                line.quantity,
                line.list_fen,
                settled.discount_fen,
                settled.amount_fen,
                subsidy_fen,
                settled.consumer_paid_fen if is_paid else 0,
                settled.refunded_fen,
                planned.excluded_reason,
                line.is_closed,
                planned.is_missing,
                planned.source,
                planned.weight_grams,
                planned.beneficiary_code,
                line.county_code,
                *_stated(order, line),
                [list(part) for part in planned.parts] or None,
            )


def _stated(order: PlannedOrder, line: ReportedLine) -> tuple[int | None, datetime | None]:
    """Return what the source states to be refunded of a line, and when; not what it comes to."""
    if line.stated is None or order.sale.paid_at is None:
        return None, None
    reported = order.reported_refunds.get(line.line_key, line.stated.refunded_fen)
    return reported, line.stated.refunded_at


def _write_contacts(numbered: Numbered, updated_ids: set[int]) -> None:
    told = [(order_id, order.sale.contact) for order_id, order in numbered if order.sale.contact]
    replaced = [order_id for order_id, _ in told if order_id in updated_ids]
    if replaced:
        condition, parameters = among("order_id", replaced)
        execute(f"DELETE FROM orders_contact WHERE {condition}", parameters)
    insert_rows(
        Contact,
        ["order_id", "sealed", "phone_index", "phone_last4"],
        (
            (
                order_id,
                encrypt_text(_contact_json(who)),
                keyed_hash("phone", who.phone) if who.phone else "",
                who.phone[-4:],
            )
            for order_id, who in told
        ),
    )


def _contact_json(who: ReportedContact) -> str:
    """Write a contact as JSON; an encoder for three texts would cost five times as much."""
    name, phone, address = map(encode_basestring, (who.name, who.phone, who.address))
    return f'{{"name": {name}, "phone": {phone}, "address": {address}}}'
