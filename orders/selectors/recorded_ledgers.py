"""The standing ledger rows of orders, read in bulk for the writer."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.selectors.among import among
from operations.services.bulk import fetch_columns
from orders.rules.ledger_rows import Amounts, EntryKey, Frozen, Moment, Standing


@dataclass(frozen=True, slots=True)
class RecordedLedger:
    """The standing rows of one order by line key and component, and the next free sequences."""

    standing: Mapping[EntryKey, list[Standing]]
    next_sequence: Mapping[EntryKey, int]


_CODES = (
    "channel_class, purchase_mode, stage, helper_district_code, helper_evidence, county_code, "
    "producer_code, sku_code, is_certified, buyer_key, buyer_kind, beneficiary_unit_code, "
    "reference_code, channel_kind, payer_unit_code, bundle_sku_code"
)
_COLUMNS = (
    f"order_id, id, line_key, component, sequence, kind, side, corrects_id, {_CODES}, "
    "excluded_reason, quantity, amount_fen, consumer_paid_fen, subsidies, freight_fen, "
    "excluded_fen, weight_grams, occurred_at, event_date, is_event_date_assumed, paid_at, "
    "order_date"
)
_FIRST_CODE = 8
_AFTER_CODES = _FIRST_CODE + len(Frozen._fields)
_CERTIFIED = Frozen._fields.index("is_certified")


def recorded_ledgers(order_ids: Collection[int]) -> dict[int, RecordedLedger]:
    """Return the standing ledger rows of orders: all but reversals and what they reversed."""
    condition, parameters = among("order_id", order_ids)
    rows = fetch_columns(
        f"SELECT {_COLUMNS} FROM orders_salesentry "
        f"WHERE {condition} ORDER BY order_id, line_key, component, sequence",
        parameters,
    )
    reversed_ids = {row[7] for row in rows if row[5] == "correction"}
    standing: dict[int, dict[EntryKey, list[Standing]]] = {}
    sequences: dict[int, dict[EntryKey, int]] = {}
    for row in rows:
        order_id, entry_id, line_key, component, sequence, kind = row[:6]
        key = (line_key, component)
        sequences.setdefault(order_id, {})[key] = sequence + 1
        lines = standing.setdefault(order_id, {})
        if kind == "correction" or entry_id in reversed_ids:
            continue
        lines.setdefault(key, []).append(_standing(row))
    return {
        order_id: RecordedLedger(standing=lines, next_sequence=sequences[order_id])
        for order_id, lines in standing.items()
    }


def _standing(row: tuple[Any, ...]) -> Standing:
    codes = list(row[_FIRST_CODE:_AFTER_CODES])
    codes[_CERTIFIED] = bool(codes[_CERTIFIED])
    reason, quantity, amount, consumer, funders, freight, excluded, grams = row[
        _AFTER_CODES : _AFTER_CODES + 8
    ]
    occurred_at, event_date, is_assumed, paid_at, order_date = row[_AFTER_CODES + 8 :]
    subsidies = json.loads(funders) if isinstance(funders, str) else funders
    moment: datetime = occurred_at
    return Standing(
        entry_id=row[1],
        kind=row[5],
        side=row[6],
        frozen=Frozen._make(codes),
        excluded_reason=reason,
        amounts=Amounts(
            quantity=quantity,
            amount_fen=amount,
            consumer_paid_fen=consumer,
            subsidies=tuple(sorted(subsidies.items())),
            freight_fen=freight,
            excluded_fen=excluded,
            weight_grams=grams,
        ),
        moment=Moment(moment, event_date, bool(is_assumed)),
        paid=Moment(paid_at, order_date),
    )
