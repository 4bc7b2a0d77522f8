"""How many buyers a campaign reached."""

from __future__ import annotations

from marketplace.models import AttributionEntry
from marketplace.rules.campaign_report import Asked
from operations.services.bulk import fetch_columns
from orders.models import SalesEntry


def count_buyers(asked: Asked) -> tuple[int, int]:
    """Return the distinct buyers of credited orders, and the orders that name no buyer.

    A buyer is a distinct keyed hash of the platform's buyer field: the same person on two
    platforms is two buyers. Orders whose buyer field is masked or empty have no key and add no
    buyer; the second figure counts them. One pass over the campaign's entries.
    """
    credits, ledger = AttributionEntry._meta.db_table, SalesEntry._meta.db_table
    [(buyers, unnamed_orders)] = fetch_columns(
        "SELECT count(CASE WHEN buyer_key <> '' THEN 1 END), "
        "count(CASE WHEN buyer_key = '' THEN 1 END) FROM ("
        f"SELECT s.buyer_key FROM {credits} a JOIN {ledger} s ON s.id = a.entry_id "
        "WHERE a.campaign_code = %s AND s.side = 'gross' "
        "GROUP BY s.buyer_key, CASE WHEN s.buyer_key = '' THEN s.order_id END "
        f"HAVING sum(a.{asked.model_columns}_fen) <> 0) credited",
        [asked.campaign],
    )
    return int(buyers), int(unnamed_orders)
