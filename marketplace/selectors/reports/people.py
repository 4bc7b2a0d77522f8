"""How many buyers a campaign reached."""

from __future__ import annotations

from marketplace.models import AttributionEntry
from marketplace.rules.campaign_report import Asked
from operations.services.bulk import fetch_columns
from orders.models import SalesEntry


def count_buyers(asked: Asked) -> tuple[int, int]:
    """Return the distinct buyers of credited orders, and the orders that name their buyer.

    A buyer is a distinct keyed hash of the platform's buyer field: the same person on two
    platforms is two buyers. Orders whose buyer field is masked or empty have no key and add no
    buyer; the second figure says how many orders the first one speaks for.
    """
    credits, ledger = AttributionEntry._meta.db_table, SalesEntry._meta.db_table
    column = f"a.{asked.model_columns}_fen"
    [(buyers, orders)] = fetch_columns(
        "SELECT count(DISTINCT nullif(buyer_key, '')), "
        "count(DISTINCT CASE WHEN buyer_key <> '' THEN order_id END) FROM ("
        f"SELECT s.order_id, s.buyer_key FROM {credits} a JOIN {ledger} s ON s.id = a.entry_id "
        "WHERE a.campaign_code = %s AND s.side = 'gross' "
        f"GROUP BY s.order_id, s.buyer_key HAVING sum({column}) <> 0) credited",
        [asked.campaign],
    )
    return int(buyers), int(orders)
