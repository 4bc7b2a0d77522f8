"""What is recorded of orders, read in bulk for the writer: a few statements a chunk."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from operations.selectors.among import among
from operations.services.bulk import fetch_columns
from orders.rules.sale import (
    Part,
    RecordedGoods,
    ReportedLine,
    ReportedVoucher,
    StatedAmounts,
)
from orders.rules.settlement import Shares
from orders.rules.states import OrderStatus


@dataclass(frozen=True, slots=True)
class RecordedOrder:
    """The head of an order as it stands in the database."""

    order_id: int
    status: OrderStatus
    is_paid: bool
    refunded_fen: int
    has_detail: bool
    fingerprint: str
    buyer_key: str
    reference_code: str
    is_missing_lines: bool
    is_withdrawn: bool
    payer_unit_code: str
    last_import_id: int | None
    compensation_fen: int


def recorded_orders(sales_point_id: int, numbers: Collection[str]) -> dict[str, RecordedOrder]:
    """Return the recorded orders of a sales point among `numbers`, by number."""
    condition, parameters = among("number", numbers)
    rows = fetch_columns(
        "SELECT number, id, status, paid_at, refunded_fen, has_detail, fingerprint, buyer_key, "
        "reference_code, flags, is_withdrawn, payer_unit_code, last_import_id, compensation_fen "
        "FROM orders_order "
        f"WHERE sales_point_id = %s AND {condition}",
        [sales_point_id, *parameters],
    )
    return {
        row[0]: RecordedOrder(
            order_id=row[1],
            status=OrderStatus(row[2]),
            is_paid=row[3] is not None,
            refunded_fen=row[4],
            has_detail=bool(row[5]),
            fingerprint=row[6],
            buyer_key=row[7],
            reference_code=row[8],
            is_missing_lines="line_missing" in row[9],
            is_withdrawn=bool(row[10]),
            payer_unit_code=row[11],
            last_import_id=row[12],
            compensation_fen=row[13],
        )
        for row in rows
    }


def recorded_lines(order_ids: Collection[int]) -> dict[int, list[ReportedLine]]:
    """Return the recorded lines of orders, placeholders included, by order.

    Lines whose amounts their source stated have them again; vouchers are on their lines.
    """
    condition, parameters = among("l.order_id", order_ids)
    rows = fetch_columns(
        "SELECT l.order_id, line_key, title, attributes, seller_code, unit_price_fen, quantity, "
        "list_fen, is_closed, l.source, weight_grams, beneficiary_unit_code, stated_county_code, "
        "l.id, amount_fen, stated_refund_fen, stated_refunded_at, bundle_parts, "
        "coalesce(s.code, '') FROM orders_orderline l LEFT JOIN products_sku s ON s.id = l.sku_id "
        f"WHERE {condition} ORDER BY l.id",
        parameters,
    )
    stated = [row[13] for row in rows if row[15] is not None]
    shares = _subsidies_of_lines(stated) if stated else {}
    vouchers = _vouchers(order_ids)
    found: dict[int, list[ReportedLine]] = {}
    for row in rows:
        amounts = None
        if row[15] is not None:
            amounts = StatedAmounts(row[14], shares.get(row[13], ()), row[15], row[16])
        line = ReportedLine(
            line_key=row[1],
            title=row[2],
            attributes=row[3],
            seller_code=row[4],
            unit_price_fen=row[5],
            quantity=row[6],
            list_fen=row[7],
            is_closed=bool(row[8]),
            source=row[9],
            weight_grams=row[10],
            beneficiary_unit=row[11],
            county_code=row[12],
            vouchers=vouchers.get((row[0], row[1]), ()),
            stated=amounts,
            goods=RecordedGoods(row[18], _parts(row[17])),
        )
        found.setdefault(row[0], []).append(line)
    return found


def _parts(stored: Any) -> tuple[Part, ...]:
    rows = json.loads(stored) if isinstance(stored, str) else stored
    return tuple((row[0], row[1], row[2], row[3]) for row in rows or ())


def orders_with_redemptions(order_ids: Collection[int]) -> set[int]:
    """Return which of these orders have redeemed vouchers recorded."""
    condition, parameters = among("order_id", order_ids)
    rows = fetch_columns(
        f"SELECT DISTINCT order_id FROM orders_voucherredemption WHERE {condition}", parameters
    )
    return {order_id for (order_id,) in rows}


def _subsidies_of_lines(line_ids: Collection[int]) -> dict[int, Shares]:
    condition, parameters = among("line_id", line_ids)
    rows = fetch_columns(
        "SELECT line_id, funder, amount_fen FROM orders_linediscount "
        f"WHERE funder <> 'merchant' AND {condition} ORDER BY line_id, funder",
        parameters,
    )
    found: dict[int, Shares] = {}
    for line_id, funder, fen in rows:
        found[line_id] = (*found.get(line_id, ()), (funder, fen))
    return found


def _vouchers(order_ids: Collection[int]) -> dict[tuple[int, str], tuple[ReportedVoucher, ...]]:
    condition, parameters = among("order_id", order_ids)
    rows = fetch_columns(
        "SELECT order_id, line_key, voucher_code, campaign_code, discount_fen "
        f"FROM orders_voucherredemption WHERE {condition} ORDER BY order_id, line_key, id",
        parameters,
    )
    found: dict[tuple[int, str], tuple[ReportedVoucher, ...]] = {}
    for order_id, line_key, *voucher in rows:
        key = (order_id, line_key)
        found[key] = (*found.get(key, ()), ReportedVoucher(*voucher))
    return found
