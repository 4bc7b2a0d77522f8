"""带动倍数（毛）: what was sold per fen of subsidy, by who paid the subsidy."""

from __future__ import annotations

import json
from collections import defaultdict

from marketplace.models import AttributionEntry
from marketplace.rules.campaign_report import Asked, Leverage
from operations.services.bulk import fetch_columns
from orders.models import SalesEntry

_LineKey = tuple[int, str, int]


def leverage_by_funder(asked: Asked) -> tuple[Leverage, ...]:
    """Return each funder's subsidy on credited lines, less what went back, and their net sales.

    `net_fen`: net credited sales (on the basis asked for) of the lines that this funder
    subsidised; a line with two funders counts for both, so it is not summable. This is gross
    leverage: it says nothing of what would have been sold anyway. Largest subsidy first.
    """
    subsidies: dict[str, int] = defaultdict(int)
    lines: dict[str, dict[_LineKey, int]] = defaultdict(dict)
    for order_id, line_key, component, stated, line_fen in _subsidised_rows(asked):
        for funder, fen in json.loads(stated).items():
            subsidies[funder] += fen
            lines[funder][order_id, line_key, component] = int(line_fen)
    found = [
        Leverage(funder, fen, sum(lines[funder].values())) for funder, fen in subsidies.items()
    ]
    standing = [row for row in found if row.subsidy_fen or row.net_fen]
    return tuple(sorted(standing, key=lambda row: (-row.subsidy_fen, row.funder.encode())))


def _subsidised_rows(asked: Asked) -> list[tuple[int, str, int, str, int]]:
    """Read the credited rows with a subsidy, each with the net of its whole line."""
    credits, ledger = AttributionEntry._meta.db_table, SalesEntry._meta.db_table
    model = asked.model_columns
    basis = f"{model}_{asked.basis_columns}fen"
    line = "s.order_id, s.line_key, s.component"
    return fetch_columns(
        "SELECT order_id, line_key, component, CAST(subsidies AS text), line_fen FROM ("
        f"SELECT {line}, s.subsidies, s.subsidy_fen, "
        f"sum(c.fen) OVER (PARTITION BY {line}) AS line_fen FROM ("
        f"SELECT entry_id, sum({basis}) AS fen FROM {credits} WHERE campaign_code = %s "
        f"GROUP BY entry_id HAVING sum({model}_fen) <> 0) c "
        f"JOIN {ledger} s ON s.id = c.entry_id) credited WHERE subsidy_fen <> 0",
        [asked.campaign],
    )
