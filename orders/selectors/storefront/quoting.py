"""What the storefront offers now, and what an order of it would come to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.clock import today
from orders.errors.storefront import StorefrontClosed
from orders.models import FreightTariff, SalesPoint
from orders.rules.storefront.freight import Tariff, tariff_for
from orders.rules.storefront.quotes import Offer, Problem, Quote, make_quote
from products.models import Sku
from products.selectors.stock import available_skus

MEANINGS = {
    Problem.UNKNOWN_SKU: _("商品不存在或已下架"),
    Problem.NO_PRICE: _("尚未定价"),
    Problem.SOLD_BY_WEIGHT: _("按重量计价，仅在门店销售"),
    Problem.OUT_OF_STOCK: _("库存不足"),
    Problem.UNDELIVERABLE: _("该地区暂不配送"),
    Problem.AMOUNT_TOO_LARGE: _("订单金额超出范围"),
}


def storefront_sales_point() -> SalesPoint:
    """Return the sales point of the storefront: the first of that channel class by code.

    Raises StorefrontClosed where there is none.
    """
    storefronts = SalesPoint.objects.filter(channel_class=SalesPoint.ChannelClass.STOREFRONT)
    point = storefronts.order_by("code").first()
    if point is None:
        raise StorefrontClosed(gettext("商城尚未开通。"))
    return point


def quote_for(wanted: Sequence[tuple[str, int]], region_code: str) -> Quote:
    """Return what (SKU code, quantity) lines sent to a division code would come to now.

    A fixed number of queries. Availability is of this moment: only an order makes sure.
    """
    day = today()
    offers = _offers(dict(wanted), day)
    tariffs = [
        Tariff(*row)
        for row in FreightTariff.objects.values_list(
            *("region_prefix", "is_delivered", "first_grams", "first_fen"),
            *("next_grams", "next_fen", "free_from_fen"),
        )
    ]
    return make_quote(wanted, offers, tariff_for(region_code, tariffs))


def _offers(wanted: dict[str, int], day: date) -> dict[str, Offer]:
    rows = list(
        Sku.objects.filter(code__in=wanted, product__is_published=True).select_related("product")
    )
    available = available_skus({sku.pk: wanted[sku.code] for sku in rows}, day)
    return {
        sku.code: Offer(
            sku_id=sku.pk,
            sku_code=sku.code,
            title=sku.name,
            price_fen=sku.price_fen,
            price_basis_grams=sku.price_basis_grams or 0,
            net_grams=sku.net_grams or 0,
            product_code=sku.product.code,
            county_code=sku.product.county_id,
            is_fresh=sku.product.is_fresh,
            is_available=sku.pk in available,
            ships_by=sku.ships_by if sku.ships_by and sku.ships_by >= day else None,
        )
        for sku in rows
    }
