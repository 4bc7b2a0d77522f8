"""The SKUs that waiting goods may be, with the names that they were ever matched by."""

from __future__ import annotations

from django.db.models import Max

from orders.models import GoodsMatch, OrderLine
from orders.rules.suggestions import Candidate, Prepared, prepare
from products.models import Sku

# How many of the newest lines lend their titles: enough to hold what shops call goods today.
_NEWEST_LINES = 5000


def candidates() -> list[Prepared]:
    """Return every SKU with its names: of the SKU, of its product, of lines matched to it."""
    titles = _matched_titles()
    rows = Sku.objects.values_list("pk", "name", "product__name", "net_content", "price_fen")
    return prepare(
        Candidate(
            sku_id=sku_id,
            names=(name, product, *sorted(titles.get(sku_id, ()))),
            content=net_content,
            price_fen=price_fen,
        )
        for sku_id, name, product, net_content, price_fen in rows
    )


def _matched_titles() -> dict[int, set[str]]:
    """Return titles by SKU: of the newest lines, in one range of the key, and of decisions."""
    newest = OrderLine.objects.aggregate(newest=Max("pk"))["newest"] or 0
    lines = OrderLine.objects.filter(pk__gt=newest - _NEWEST_LINES, sku__isnull=False)
    learned = GoodsMatch.objects.filter(ended_at=None)
    found: dict[int, set[str]] = {}
    for rows in (lines, learned):
        for sku_id, title in rows.values_list("sku_id", "title").distinct().order_by():
            found.setdefault(sku_id, set()).add(title)
    return found
