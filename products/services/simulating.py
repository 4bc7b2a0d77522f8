"""Made-up stock, marked so."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from products.models import Sku
from products.models.stock import StockMovement, StockPlace
from products.services.stock import move_stock


@transaction.atomic
def fill_shelves(place: StockPlace, packs: int) -> int:
    """Receive packs of every published SKU that has never lain at a place; return how many SKUs.

    Gift boxes have no stock of their own. Raises StockNotMoved for less than one pack.
    """
    empty = Sku.objects.filter(product__is_published=True, components=None).exclude(
        stock_items__place=place
    )
    skus = list(empty.order_by("code"))
    for sku in skus:
        move_stock(
            place,
            sku,
            kind=StockMovement.Kind.RECEIPT,
            quantity=packs,
            actor=None,
            reason=_("模拟数据"),
        )
    return len(skus)
