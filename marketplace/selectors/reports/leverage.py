"""带动倍数（毛）: what was sold per fen of subsidy, by who paid the subsidy."""

from __future__ import annotations

import json
from collections import defaultdict

from marketplace.models import AttributionEntry
from marketplace.rules.campaign_report import Asked, Leverage
from operations.selectors.among import among
from operations.services.bulk import fetch_columns
from orders.models import SalesEntry

_CREDITS = AttributionEntry._meta.db_table
_LEDGER = SalesEntry._meta.db_table
_LineKey = tuple[int, str, int]


def leverage_by_funder(asked: Asked) -> tuple[Leverage, ...]:
    """Return each funder's subsidy on credited lines, less what went back, and their net sales.

    `net_fen`: net credited sales (on the basis asked for) of the lines that this funder
    subsidised; a line with two funders counts for both, so it is not summable. This is gross
    leverage: it says nothing of what would have been sold anyway. Largest subsidy first.
    """
    subsidies: dict[str, int] = defaultdict(int)
    lines_of: dict[str, set[_LineKey]] = defaultdict(set)
    net_of: dict[_LineKey, int] = defaultdict(int)
    for order_id, line_key, component, stated, fen in _rows_of(asked, _subsidised_orders(asked)):
        line = (order_id, line_key, component)
        net_of[line] += int(fen)
        for funder, subsidy_fen in json.loads(stated).items():
            subsidies[funder] += subsidy_fen
            lines_of[funder].add(line)
    found = [
        Leverage(funder, fen, sum(net_of[line] for line in lines_of[funder]))
        for funder, fen in subsidies.items()
    ]
    standing = [row for row in found if row.subsidy_fen or row.net_fen]
    return tuple(sorted(standing, key=lambda row: (-row.subsidy_fen, row.funder.encode())))


def _subsidised_orders(asked: Asked) -> list[int]:
    """Return the orders of which some row with a subsidy was ever a candidate."""
    rows = fetch_columns(
        f"SELECT DISTINCT s.order_id FROM {_CREDITS} a JOIN {_LEDGER} s ON s.id = a.entry_id "
        "WHERE a.campaign_code = %s AND s.subsidy_fen <> 0",
        [asked.campaign],
    )
    return [order_id for (order_id,) in rows]


def _rows_of(asked: Asked, order_ids: list[int]) -> list[tuple[int, str, int, str, int]]:
    """Return the credited ledger rows of some orders with their subsidies and their credit."""
    model, condition, parameters = asked.model_columns, *among("s.order_id", order_ids)
    key = "s.id, s.order_id, s.line_key, s.component, CAST(s.subsidies AS text)"
    return [
        (order_id, line_key, component, stated, fen)
        for _id, order_id, line_key, component, stated, fen in fetch_columns(
            f"SELECT {key}, sum(a.{model}_{asked.basis_columns}fen) "
            f"FROM {_LEDGER} s CROSS JOIN {_CREDITS} a "
            f"WHERE a.entry_id = s.id AND a.campaign_code = %s AND {condition} "
            f"GROUP BY {key} HAVING sum(a.{model}_fen) <> 0",
            [asked.campaign, *parameters],
        )
    ]
