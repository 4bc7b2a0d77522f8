"""Which products a client of the catalogue asked for, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Collate

from products.models import County, Sku
from products.rules.search import read_query
from products.selectors.documents import certified_on, published_products


class Ordering(StrEnum):
    """The orders that a list of products can be asked for in."""

    RELEVANCE = "relevance"
    CODE = "code"
    PRICE = "price"
    PRICE_DOWN = "-price"
    MODIFIED = "modified_at"
    MODIFIED_DOWN = "-modified_at"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of products is narrowed to; '' and None narrow nothing. Prices in fen."""

    search: str = ""
    county: str = ""
    category: str = ""
    certified: bool | None = None
    price_min: int | None = None
    price_max: int | None = None
    modified_since: datetime | None = None
    ordering: Ordering | None = None


def by_code(field: str = "code") -> Collate:
    """Return the expression that orders codes by their bytes, on both databases."""
    return Collate(F(field), "C" if connection.vendor == "postgresql" else "BINARY")


def find_products(wanted: Wanted, day: date) -> QuerySet[Any]:
    """Return the published products that were asked for, ordered to the last.

    Where no product has all that `search` asks for, those that have any of it, by how much.
    Raises QueryTooLong.
    """
    published: QuerySet[Any] = published_products()
    found = _narrowed(published, wanted, day)
    if not wanted.search:
        # Nothing was searched for: nothing is more relevant than its code.
        by_relevance = wanted.ordering in (None, Ordering.RELEVANCE)
        return _ordered(found, Ordering.CODE if by_relevance else wanted.ordering)
    query = read_query(wanted.search, County.objects.values_list("name", flat=True))
    is_found = _with_all(published, query.tokens).exists()
    hits = _with_all(found, query.tokens) if is_found else _with_any(found, query.fallback)
    return _ordered(hits, wanted.ordering or Ordering.RELEVANCE)


def _with_all(products: QuerySet[Any], tokens: frozenset[str]) -> QuerySet[Any]:
    return _with_any(products, tokens).filter(hits=len(tokens))


def _with_any(products: QuerySet[Any], tokens: frozenset[str]) -> QuerySet[Any]:
    return products.filter(search_tokens__token__in=sorted(tokens)).annotate(
        hits=Count("search_tokens"), weight=Sum("search_tokens__weight")
    )


def _narrowed(products: QuerySet[Any], wanted: Wanted, day: date) -> QuerySet[Any]:
    if wanted.county:
        products = products.filter(county__code=wanted.county)
    if wanted.category:
        products = products.filter(category__code=wanted.category)
    if wanted.certified is not None:
        valid = Exists(certified_on(day).filter(product=OuterRef("pk")))
        products = products.filter(valid if wanted.certified else ~valid)
    if wanted.price_min is not None or wanted.price_max is not None:
        skus = Sku.objects.filter(product=OuterRef("pk"))
        if wanted.price_min is not None:
            skus = skus.filter(price_fen__gte=wanted.price_min)
        if wanted.price_max is not None:
            skus = skus.filter(price_fen__lte=wanted.price_max)
        products = products.filter(Exists(skus))
    if wanted.modified_since is not None:
        products = products.filter(search_entry__modified_at__gte=wanted.modified_since)
    return products


def _ordered(products: QuerySet[Any], ordering: Ordering | None) -> QuerySet[Any]:
    code = by_code()
    if ordering is Ordering.RELEVANCE:
        return products.order_by("-hits", "-weight", code)
    if ordering in (Ordering.PRICE, Ordering.PRICE_DOWN):
        least = Sku.objects.filter(product=OuterRef("pk")).order_by().values("product")
        products = products.annotate(
            least_fen=Subquery(least.annotate(least=Min("price_fen")).values("least"))
        )
        price = F("least_fen")
        return products.order_by(price.desc() if ordering is Ordering.PRICE_DOWN else price, code)
    moved = F("search_entry__modified_at")
    if ordering is Ordering.MODIFIED:
        return products.order_by(moved.asc(nulls_first=True), code)
    if ordering is Ordering.MODIFIED_DOWN:
        return products.order_by(moved.desc(nulls_last=True), code)
    return products.order_by(code)
