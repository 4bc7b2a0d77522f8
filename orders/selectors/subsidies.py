"""Who subsidised an order, by funder."""

from __future__ import annotations

from collections.abc import Collection

from operations.selectors.among import among
from operations.services.bulk import fetch_columns


def subsidies_of_orders(order_ids: Collection[int]) -> dict[int, tuple[tuple[str, int], ...]]:
    """Return each order's subsidy by funder, in fen, merchant discounts left out."""
    condition, parameters = among("l.order_id", order_ids)
    rows = fetch_columns(
        "SELECT l.order_id, d.funder, SUM(d.amount_fen) FROM orders_linediscount d "
        f"JOIN orders_orderline l ON l.id = d.line_id WHERE {condition} "
        "AND d.funder <> 'merchant' GROUP BY l.order_id, d.funder ORDER BY d.funder",
        parameters,
    )
    found: dict[int, tuple[tuple[str, int], ...]] = {}
    for order_id, funder, fen in rows:
        found[order_id] = (*found.get(order_id, ()), (funder, int(fen)))
    return found
