"""What is recorded of orders, stated as their source would state it again."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from operations.selectors.among import among
from operations.services.bulk import fetch_columns
from orders.rules.revisions import OrderState
from orders.rules.sale import ReportedLine, ReportedSale
from orders.rules.settlement import Shares, total_of
from orders.rules.states import OrderStatus
from orders.selectors.recorded import recorded_lines
from orders.selectors.subsidies import subsidies_of_orders

# Who bore a subsidy that paid freight only: files of platforms know no other funder.
FUNDER_PLATFORM = "platform"


def order_states(order_ids: Collection[int]) -> dict[int, OrderState]:
    """Return what was reported of orders by id, in six queries whatever their number.

    Decisions in force are not in it: they are weighed again wherever a state is drafted.
    """
    condition, parameters = among("id", order_ids)
    rows = fetch_columns(
        "SELECT id, number, status, placed_at, paid_at, goods_fen, freight_fen, "
        "consumer_paid_fen, subsidy_fen, refunded_fen, reference_code, flags, source, buyer_key, "
        "payer_unit_code, fingerprint, has_detail, last_import_id, is_withdrawn, "
        "coalesce(reported_refund_fen, refunded_fen), compensation_fen "
        f"FROM orders_order WHERE {condition}",
        parameters,
    )
    subsidies = subsidies_of_orders(order_ids)
    lines = recorded_lines(order_ids)
    missing = _missing_lines(order_ids)
    return {
        row[0]: _state(
            row, subsidies.get(row[0], ()), lines.get(row[0], []), missing.get(row[0], frozenset())
        )
        for row in rows
    }


def all_subsidies(subsidy_fen: int, on_lines: Shares) -> Shares:
    """Return an order's subsidies by funder; what the lines do not hold paid freight.

    `settle` gives lines to the funders in order, so that part is the last one's.
    """
    rest = subsidy_fen - total_of(on_lines)
    if not rest:
        return on_lines
    funder, fen = on_lines[-1] if on_lines else (FUNDER_PLATFORM, 0)
    return (*on_lines[:-1], (funder, fen + rest))


def _state(
    row: tuple[Any, ...],
    subsidies: Shares,
    lines: list[ReportedLine],
    missing: frozenset[str],
) -> OrderState:
    flags = json.loads(row[11]) if isinstance(row[11], str) else row[11]
    sale = ReportedSale(
        order_number=row[1],
        status=OrderStatus(row[2]),
        placed_at=row[3],
        paid_at=row[4],
        goods_fen=row[5],
        freight_fen=row[6],
        consumer_paid_fen=row[7],
        subsidies=all_subsidies(row[8], subsidies),
        refunded_fen=row[19],
        refunded_at=None,
        lines=tuple(lines),
        title="",
        quantity=1,
        buyer="",
        contact=None,
        reference_code=row[10],
        flags=(),
        source="",
        payer_unit=row[14],
        compensation_fen=row[20],
    )
    return OrderState(
        order_id=row[0],
        sale=sale,
        buyer_key=row[13],
        payer_unit_code=row[14],
        fingerprint=row[15],
        has_detail=bool(row[16]),
        flags=list(flags),
        missing=missing,
        source=row[12],
        last_import_id=row[17],
        is_withdrawn=bool(row[18]),
    )


def _missing_lines(order_ids: Collection[int]) -> dict[int, frozenset[str]]:
    condition, parameters = among("order_id", order_ids)
    rows = fetch_columns(
        f"SELECT order_id, line_key FROM orders_orderline WHERE is_missing AND {condition}",
        parameters,
    )
    found: dict[int, set[str]] = {}
    for order_id, line_key in rows:
        found.setdefault(order_id, set()).add(line_key)
    return {order_id: frozenset(keys) for order_id, keys in found.items()}
