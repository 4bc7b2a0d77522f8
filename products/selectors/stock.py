"""Questions about stock. Answers are of this moment: only a reservation promises anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from products.errors import NoStockPlace
from products.models import BundleComponent
from products.models.stock import StockItem, StockPlace, StockReservation
from products.selectors.dated import last_started, valid_on


def storefront_place() -> StockPlace:
    """Return the place that serves the storefront. Raises NoStockPlace."""
    place = StockPlace.objects.filter(serves_storefront=True).first()
    if place is None:
        raise NoStockPlace(_("尚未设置供商城发货的库存地点。"))
    return place


def packs_in(quantities: Mapping[int, int], day: date) -> dict[int, int]:
    """Return what lies in the warehouse for SKUs by id: a gift box counts as its parts.

    One query. `quantities` are boxes or packs by SKU id; parts are those of a business day.
    """
    packs: dict[int, int] = {}
    parts = _parts_on(quantities, day)
    for sku_id, quantity in quantities.items():
        for part_id, each in parts.get(sku_id, {sku_id: 1}).items():
            packs[part_id] = packs.get(part_id, 0) + quantity * each
    return packs


def _parts_on(sku_ids: Collection[int], day: date) -> dict[int, dict[int, int]]:
    rows = BundleComponent.objects.filter(valid_on(day), bundle_id__in=sku_ids).order_by("pk")
    held = last_started(
        rows.values_list("bundle_id", "ordinal", "component_id", "quantity", "valid_from"),
        slot=lambda row: (row[0], row[1]),
        started=lambda row: row[4],
    )
    parts: dict[int, dict[int, int]] = {}
    for bundle, _ordinal, component, quantity, _started in held.values():
        of = parts.setdefault(bundle, {})
        of[component] = of.get(component, 0) + quantity
    return parts


def available_skus(quantities: Mapping[int, int], day: date) -> set[int]:
    """Return the SKUs of which the storefront could sell so many now, each alone. Two queries."""
    parts = _parts_on(quantities, day)
    needed = {part for of in parts.values() for part in of} | set(quantities)
    free = dict(
        StockItem.objects.filter(place__serves_storefront=True, sku_id__in=needed).values_list(
            "sku_id", F("on_hand") - F("reserved")
        )
    )
    return {
        sku_id
        for sku_id, quantity in quantities.items()
        if all(
            free.get(part, 0) >= each * quantity
            for part, each in parts.get(sku_id, {sku_id: 1}).items()
        )
    }


def free_packs(sku_codes: Collection[str]) -> dict[str, int]:
    """Return how many packs of SKUs the storefront has that nobody is promised. One query."""
    rows = StockItem.objects.filter(place__serves_storefront=True, sku__code__in=sku_codes)
    return dict(rows.values_list("sku__code", F("on_hand") - F("reserved")))


def stock_differences() -> list[tuple[int, str]]:
    """Return (item id, what) where movements or reservations do not add up; none is right."""
    moved = dict(StockItem.objects.values_list("pk").annotate(Sum("movements__quantity")))
    held = dict(
        StockReservation.objects.filter(outcome="").values_list("item").annotate(Sum("quantity"))
    )
    found = []
    for pk, on_hand, reserved in StockItem.objects.values_list("pk", "on_hand", "reserved"):
        if on_hand != (moved.get(pk) or 0):
            found.append((pk, "on_hand"))
        if reserved != held.get(pk, 0):
            found.append((pk, "reserved"))
    return found


def stock_items() -> int:
    """Return how many items of stock there are."""
    return StockItem.objects.count()
