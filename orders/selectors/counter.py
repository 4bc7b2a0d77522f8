"""What a counter looks up: goods by code, name or pinyin, with what lies on its shelf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, Value, When

from accounts.selectors.reach import Standing
from orders.models import SalesPoint
from products.models import Product, Sku
from products.models.stock import StockItem
from products.rules.search import read_query
from products.rules.seller_codes import normalised_seller_code

CLERKS = frozenset({"centre_clerk", "centre_manager"})
MOST_FOUND = 50
_COUNTERS = (SalesPoint.ChannelClass.CENTRE, SalesPoint.ChannelClass.FAIR)


@dataclass(frozen=True, slots=True)
class CounterSku:
    """A SKU at a counter. `on_hand` is None where the sales point keeps no stock here."""

    sku_code: str
    name: str
    unit: str
    net_content: str
    price_fen: int
    price_basis_grams: int | None
    on_hand: int | None


def counter_at(standing: Standing, code: str) -> SalesPoint | None:
    """Return a centre's or a fair's sales point where the clerk may sell today, else None."""
    reach = standing.preparing(CLERKS, "orders").reach("orders")
    points = SalesPoint.objects.filter(code=code, channel_class__in=_COUNTERS)
    return (points if reach.everything else points.filter(code__in=reach.sales_points)).first()


def find_skus(point: SalesPoint, query: str) -> list[CounterSku]:
    """Return at most `MOST_FOUND` SKUs: those of exactly this code first, then by name.

    Published or not: a counter sells what lies there. Raises QueryTooLong.
    """
    code = normalised_seller_code(query)
    exact = Q(code=code) | Q(seller_codes__code=code)
    tokens = read_query(query, []).tokens
    named: Any = (
        Product.objects.filter(search_tokens__token__in=sorted(tokens))
        .annotate(hits=Count("search_tokens"))
        .filter(hits=len(tokens))
        .values("pk")
    )
    rows = (
        Sku.objects.filter(exact | Q(product__in=named))
        .annotate(
            rank=Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
        .order_by("rank", "code")
        .distinct()[:MOST_FOUND]
    )
    found = {sku.pk: sku for sku in rows}
    shelf = dict(
        StockItem.objects.filter(place__sales_point_code=point.code, sku_id__in=found).values_list(
            "sku_id", "on_hand"
        )
    )
    return [
        CounterSku(
            sku_code=sku.code,
            name=sku.name,
            unit=sku.unit,
            net_content=sku.net_content,
            price_fen=sku.price_fen,
            price_basis_grams=sku.price_basis_grams,
            on_hand=shelf.get(sku.pk),
        )
        for sku in found.values()
    ]
