"""How many orders, lines and pieces a campaign has a part in.

Under the direct rule and participation they stand in the daily totals. Under a path model they
are counted from the entries, in as many statements whatever the number of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from marketplace.models import AttributionEntry, DailyCount
from marketplace.rules.campaign_report import Asked
from operations.services.bulk import fetch_columns
from orders.models import SalesEntry

# The dimension of DailyCount that counts every order once.
ALL_ORDERS = "all"
# Per dimension of DailyCount, the value of a credit joined with its ledger row.
_VALUES = {
    ALL_ORDERS: "CAST(order_date AS text)",
    "county": "county_code",
    "sales_point": "sales_point_code",
    "channel": "channel_class",
    "product": "sku_code",
    "level": "CAST(level AS text)",
}
_CREDITS = AttributionEntry._meta.db_table
_LEDGER = SalesEntry._meta.db_table


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """Orders with a credited sale, and those whose credited lines have a net above zero.

    `by_day`: by order date. `by_value`: by (dimension, value), an order once in each.
    """

    orders: int
    stood: int
    by_day: dict[date, int]
    by_value: dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class LineCounts:
    """Order lines with a credited sale, their pieces, and how many of them have no SKU."""

    lines: int
    quantity: int
    unmatched: int


def order_counts(asked: Asked) -> OrderCounts:
    """Count a campaign's orders under a model."""
    return _orders_of_entries(asked) if asked.is_analysis else _orders_of_totals(asked)


def line_counts(asked: Asked) -> LineCounts:
    """Count the lines a campaign has a part in under a path model, in one pass over its entries.

    A line counts once however many goods a bundle came to, where its credited sale is not 0;
    the pieces of such lines are whole pieces.
    """
    fen = f"{asked.model_columns}_fen"
    [(lines, quantity, unmatched)] = fetch_columns(
        "SELECT count(*), coalesce(sum(pieces), 0), coalesce(sum(unmatched), 0) FROM ("
        "SELECT sum(pieces) AS pieces, max(CASE WHEN sku_code = '' THEN 1 ELSE 0 END) AS unmatched "
        "FROM (SELECT s.order_id, s.line_key, s.component, s.sku_code, "
        "sum(c.fen) AS fen, sum(s.quantity) AS pieces FROM ("
        f"SELECT entry_id, sum({fen}) AS fen FROM {_CREDITS} WHERE campaign_code = %s "
        "GROUP BY entry_id HAVING sum(participation_fen) <> 0) c "
        f"JOIN {_LEDGER} s ON s.id = c.entry_id WHERE s.side = 'gross' "
        "GROUP BY s.order_id, s.line_key, s.component, s.sku_code HAVING sum(c.fen) <> 0) parts "
        "GROUP BY order_id, line_key) credited",
        [asked.campaign],
    )
    return LineCounts(int(lines), int(quantity), int(unmatched))


def _orders_of_totals(asked: Asked) -> OrderCounts:
    own = asked.model_columns
    rows = DailyCount.objects.filter(campaign_code=asked.campaign)
    orders, stood = Sum(f"{own}_orders"), Sum(f"{own}_stood")
    daily = list(
        rows.filter(dimension=ALL_ORDERS)
        .values("date")
        .annotate(orders=orders, stood=stood)
        .order_by("date")
    )
    by_value = (
        rows.exclude(dimension=ALL_ORDERS)
        .values("dimension", "value")
        .annotate(orders=orders)
        .order_by()
    )
    return OrderCounts(
        orders=sum(row["orders"] for row in daily),
        stood=sum(row["stood"] for row in daily),
        by_day={row["date"]: row["orders"] for row in daily},
        by_value={(row["dimension"], row["value"]): row["orders"] for row in by_value},
    )


def _orders_of_entries(asked: Asked) -> OrderCounts:
    """Count orders from the credits themselves, every dimension in one statement."""
    fen = f"a.{asked.model_columns}_fen"
    dimensions = " UNION ALL ".join(
        f"SELECT '{name}' AS dimension, value, count(CASE WHEN gross <> 0 THEN 1 END), "
        "count(CASE WHEN net > 0 THEN 1 END) FROM ("
        f"SELECT {value} AS value, sum(gross) AS gross, sum(net) AS net "
        "FROM credited GROUP BY 1, order_id) orders GROUP BY value"
        for name, value in _VALUES.items()
    )
    rows = fetch_columns(
        "WITH credited AS (SELECT s.order_id, s.order_date, s.county_code, s.sales_point_code, "
        "s.channel_class, s.sku_code, a.level, "
        f"sum(CASE WHEN s.side = 'gross' THEN {fen} ELSE 0 END) AS gross, sum({fen}) AS net "
        f"FROM {_CREDITS} a JOIN {_LEDGER} s ON s.id = a.entry_id WHERE a.campaign_code = %s "
        f"GROUP BY 1, 2, 3, 4, 5, 6, 7) {dimensions}",
        [asked.campaign],
    )
    daily = [row for row in rows if row[0] == ALL_ORDERS]
    return OrderCounts(
        orders=sum(row[2] for row in daily),
        stood=sum(row[3] for row in daily),
        by_day={date.fromisoformat(row[1]): row[2] for row in daily},
        by_value={(row[0], row[1]): row[2] for row in rows if row[0] != ALL_ORDERS},
    )
