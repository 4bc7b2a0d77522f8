"""What is recorded of orders, read in bulk for the writer: a few statements a chunk."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.selectors.among import among
from operations.services.bulk import fetch_columns
from orders.rules.ledger import Amounts, Frozen, Moment, Standing
from orders.rules.sale import ReportedLine
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


@dataclass(frozen=True, slots=True)
class RecordedLedger:
    """The standing rows of one order by line key, and the next free sequence of each key."""

    standing: Mapping[str, list[Standing]]
    next_sequence: Mapping[str, int]


def recorded_orders(sales_point_id: int, numbers: Collection[str]) -> dict[str, RecordedOrder]:
    """Return the recorded orders of a sales point among `numbers`, by number."""
    condition, parameters = among("number", numbers)
    rows = fetch_columns(
        "SELECT number, id, status, paid_at, refunded_fen, has_detail, fingerprint, buyer_key, "
        "reference_code, flags FROM orders_order "
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
        )
        for row in rows
    }


def recorded_lines(order_ids: Collection[int]) -> dict[int, list[ReportedLine]]:
    """Return the recorded lines of orders, placeholders included, by order."""
    condition, parameters = among("order_id", order_ids)
    rows = fetch_columns(
        "SELECT order_id, line_key, title, attributes, seller_code, unit_price_fen, quantity, "
        f"list_fen, is_closed, source FROM orders_orderline WHERE {condition}",
        parameters,
    )
    found: dict[int, list[ReportedLine]] = {}
    for row in rows:
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
        )
        found.setdefault(row[0], []).append(line)
    return found


_LEDGER_COLUMNS = (
    "order_id, id, line_key, sequence, kind, side, corrects_id, channel_class, purchase_mode, "
    "stage, helper_district_code, helper_evidence, county_code, producer_code, sku_code, "
    "is_certified, buyer_key, buyer_kind, beneficiary_unit_code, reference_code, "
    "excluded_reason, quantity, amount_fen, consumer_paid_fen, subsidies, freight_fen, "
    "excluded_fen, occurred_at, event_date, is_event_date_assumed, paid_at, order_date"
)


def recorded_ledgers(order_ids: Collection[int]) -> dict[int, RecordedLedger]:
    """Return the standing ledger rows of orders: all but reversals and what they reversed."""
    condition, parameters = among("order_id", order_ids)
    rows = fetch_columns(
        f"SELECT {_LEDGER_COLUMNS} FROM orders_salesentry "
        f"WHERE {condition} ORDER BY order_id, line_key, sequence",
        parameters,
    )
    reversed_ids = {row[6] for row in rows if row[4] == "correction"}
    standing: dict[int, dict[str, list[Standing]]] = {}
    sequences: dict[int, dict[str, int]] = {}
    for row in rows:
        order_id, entry_id, line_key, sequence, kind = row[:5]
        sequences.setdefault(order_id, {})[line_key] = sequence + 1
        lines = standing.setdefault(order_id, {})
        if kind == "correction" or entry_id in reversed_ids:
            continue
        lines.setdefault(line_key, []).append(_standing(row))
    return {
        order_id: RecordedLedger(standing=lines, next_sequence=sequences[order_id])
        for order_id, lines in standing.items()
    }


def _standing(row: tuple[Any, ...]) -> Standing:
    subsidies = json.loads(row[24]) if isinstance(row[24], str) else row[24]
    moment: datetime = row[27]
    return Standing(
        entry_id=row[1],
        kind=row[4],
        side=row[5],
        frozen=_frozen(row[7:20]),
        excluded_reason=row[20],
        amounts=Amounts(
            quantity=row[21],
            amount_fen=row[22],
            consumer_paid_fen=row[23],
            subsidies=tuple(sorted(subsidies.items())),
            freight_fen=row[25],
            excluded_fen=row[26],
        ),
        moment=Moment(moment, row[28], bool(row[29])),
        paid=Moment(row[30], row[31]),
    )


def _frozen(codes: tuple[Any, ...]) -> Frozen:
    return Frozen(
        channel_class=codes[0],
        purchase_mode=codes[1],
        stage=codes[2],
        helper_district_code=codes[3],
        helper_evidence=codes[4],
        county_code=codes[5],
        producer_code=codes[6],
        sku_code=codes[7],
        is_certified=bool(codes[8]),
        buyer_key=codes[9],
        buyer_kind=codes[10],
        beneficiary_unit_code=codes[11],
        reference_code=codes[12],
    )
