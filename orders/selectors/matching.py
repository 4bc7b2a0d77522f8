"""What is remembered of goods without a known seller code, and which lines wait for a match."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from orders.models import GoodsMatch, OrderLine
from orders.rules.line_keys import PLACEHOLDER_KEY
from orders.rules.matching import Goods, goods_key
from products.models import SellerCode
from products.rules.seller_codes import normalised_seller_code

_WORDS = ("seller_code", "title", "attributes")


def learned_skus(sales_point_id: int) -> dict[Goods, str]:
    """Return the matches in force at a sales point: the SKU code by the words of the goods."""
    rows = GoodsMatch.objects.filter(sales_point_id=sales_point_id, ended_at=None)
    return {Goods(*words): code for *words, code in rows.values_list(*_WORDS, "sku__code")}


def match_in_force(sales_point_id: int, goods: Goods) -> GoodsMatch | None:
    """Return the match in force of these goods at a sales point."""
    rows = GoodsMatch.objects.filter(sales_point_id=sales_point_id, ended_at=None)
    return rows.filter(goods_key=goods_key(goods)).select_related("sku", "decided_by").first()


def decided_skus(goods: Collection[tuple[int, Goods]]) -> dict[tuple[int, Goods], str]:
    """Return which of these goods, by sales point, have a match in force: the SKU's name."""
    rows = GoodsMatch.objects.filter(
        ended_at=None,
        sales_point_id__in={point_id for point_id, _words in goods},
        goods_key__in={goods_key(words) for _point_id, words in goods},
    ).select_related("sku")
    return {
        (row.sales_point_id, Goods(row.seller_code, row.title, row.attributes)): str(row.sku)
        for row in rows
    }


def waiting_lines(sales_point_ids: Collection[int]) -> QuerySet[OrderLine]:
    """Return the sold lines without a SKU that a decision could match.

    An excluded line is not unmatched, and the placeholder of an order waits for its detail.
    """
    return OrderLine.objects.filter(
        sku=None,
        excluded_reason="",
        order__sales_point_id__in=sales_point_ids,
        order__is_withdrawn=False,
        order__paid_at__isnull=False,
    ).exclude(Q(line_key=PLACEHOLDER_KEY) | Q(seller_code="", title=""))


def waiting_goods(sales_point_ids: Collection[int]) -> QuerySet[OrderLine, dict[str, Any]]:
    """Return what waits for a match by sales point and words, most money first.

    Each row has `lines`, `money_fen` (before refunds), `price_fen` (the highest unit price),
    `first_paid_at` and `last_paid_at`.
    """
    return (
        waiting_lines(sales_point_ids)
        .values(*_WORDS, point=F("order__sales_point_id"))
        .annotate(
            lines=Count("pk"),
            money_fen=Sum("amount_fen"),
            price_fen=Max("unit_price_fen"),
            first_paid_at=Min("order__paid_at"),
            last_paid_at=Max("order__paid_at"),
        )
        .order_by("-money_fen", "point", *_WORDS)
    )


def is_waiting(sales_point_id: int, goods: Goods) -> bool:
    """Say whether any line in these words waits for a match."""
    return waiting_lines([sales_point_id]).filter(**goods._asdict()).exists()


def known_codes(seller_codes: Collection[str]) -> dict[str, int]:
    """Return which seller codes the catalogue knows, in any spelling, with the id of the SKU."""
    stored = {code: normalised_seller_code(code) for code in seller_codes if code}
    found = dict(
        SellerCode.objects.filter(code__in=set(stored.values())).values_list("code", "sku_id")
    )
    return {code: found[as_stored] for code, as_stored in stored.items() if as_stored in found}


def orders_in_words(sales_point_id: int, goods: Goods) -> list[int]:
    """Return the orders that have these goods with another SKU than the match in force says."""
    match = match_in_force(sales_point_id, goods)
    lines = _lines_at(sales_point_id).filter(**goods._asdict())
    if match is None:
        lines = lines.filter(sku__isnull=False)
    else:
        lines = lines.filter(Q(sku=None) | ~Q(sku=match.sku_id))
    return list(lines.order_by("order_id").values_list("order_id", flat=True).distinct())


def orders_with_new_codes(sales_point_id: int) -> list[int]:
    """Return the orders whose lines have no SKU, or a remembered one, and now a known code."""
    expected = _codes_that_became_known(sales_point_id)
    rows = _lines_at(sales_point_id).filter(seller_code__in=expected)
    return sorted(
        {
            order_id
            for order_id, code, sku_id in rows.values_list("order_id", "seller_code", "sku_id")
            if sku_id != expected[code]
        }
    )


def _codes_that_became_known(sales_point_id: int) -> Mapping[str, int]:
    waiting = _lines_at(sales_point_id).filter(sku=None).exclude(seller_code="")
    learned = GoodsMatch.objects.filter(sales_point_id=sales_point_id, ended_at=None)
    codes = set(waiting.values_list("seller_code", flat=True).distinct().order_by())
    return known_codes(codes | set(learned.values_list("seller_code", flat=True)))


def _lines_at(sales_point_id: int) -> QuerySet[OrderLine]:
    """Return the lines at a sales point that may be matched, sold or not yet paid."""
    lines = OrderLine.objects.filter(
        order__sales_point_id=sales_point_id, order__is_withdrawn=False
    )
    return lines.exclude(line_key=PLACEHOLDER_KEY)
