"""The only writer of stock. Every change is one guarded UPDATE whose row count is checked.

Rows are taken by ascending id, and callers take stock last of what is hot
(docs/decisions/0032-stock.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from common.clock import now
from products.errors import OutOfStock, StockNotMoved
from products.models import Sku
from products.models.stock import StockItem, StockMovement, StockPlace, StockReservation

Kind = StockMovement.Kind


@transaction.atomic
def reserve_stock(place: StockPlace, packs: Mapping[int, int], *, reference: str) -> None:
    """Promise packs (SKU id: number) to a reference, all or none.

    Raises OutOfStock, naming every SKU of which too few are free; then nothing was written.
    """
    items = _items(place, packs)
    missing = [sku_id for sku_id in packs if sku_id not in items]
    for sku_id in _by_item(items):
        wanted = packs[sku_id]
        free = StockItem.objects.filter(pk=items[sku_id], on_hand__gte=F("reserved") + wanted)
        if not free.update(reserved=F("reserved") + wanted):
            missing.append(sku_id)
    if missing:
        codes = Sku.objects.filter(pk__in=missing).order_by("code").values_list("code", flat=True)
        raise OutOfStock(list(codes))
    moment = now()
    StockReservation.objects.bulk_create(
        StockReservation(
            item_id=items[sku_id], reference=reference, quantity=packs[sku_id], reserved_at=moment
        )
        for sku_id in _by_item(items)
    )


@transaction.atomic
def release_stock(reference: str) -> int:
    """Give back what is still promised to a reference; return how many packs. Repeating is safe."""
    released = 0
    for reservation in _open(reference):
        if _end(reservation, StockReservation.Outcome.RELEASED):
            StockItem.objects.filter(pk=reservation.item_id).update(
                reserved=F("reserved") - reservation.quantity
            )
            released += reservation.quantity
    return released


@transaction.atomic
def release_packs(reference: str, packs: Mapping[int, int]) -> None:
    """Give some of what is promised to a reference back (SKU id: number).

    Raises StockNotMoved where less is promised to it; then nothing was written.
    """
    held = {row.item.sku_id: row for row in _open(reference)}
    for sku_id, quantity in sorted(packs.items(), key=lambda each: held[each[0]].item_id):
        reservation = held[sku_id]
        if reservation.quantity == quantity:
            is_given = _end(reservation, StockReservation.Outcome.RELEASED)
        else:
            more = StockReservation.objects.filter(
                pk=reservation.pk, outcome="", quantity__gt=quantity
            )
            is_given = bool(more.update(quantity=F("quantity") - quantity))
        if not is_given:
            raise StockNotMoved(_("占用的库存少于要释放的数量。"))
        StockItem.objects.filter(pk=reservation.item_id).update(reserved=F("reserved") - quantity)


@transaction.atomic
def ship_stock(reference: str, *, occurred_at: datetime, actor: User | None = None) -> int:
    """Take what is promised to a reference off the shelf; return how many packs. Safe to repeat."""
    shipped = 0
    for reservation in _open(reference):
        if _end(reservation, StockReservation.Outcome.SHIPPED):
            StockItem.objects.filter(pk=reservation.item_id).update(
                reserved=F("reserved") - reservation.quantity,
                on_hand=F("on_hand") - reservation.quantity,
            )
            _write(
                reservation.item_id, Kind.SALE, -reservation.quantity, reference, "", actor,
                occurred_at,
            )  # fmt: skip
            shipped += reservation.quantity
    return shipped


@transaction.atomic
def move_stock(
    place: StockPlace,
    sku: Sku,
    *,
    kind: str,
    quantity: int,
    actor: User | None,
    reference: str = "",
    reason: str = "",
    occurred_at: datetime | None = None,
) -> StockItem:
    """Put packs on the shelf (`quantity` above 0) or take them off; return the item.

    Raises StockNotMoved for 0, and for more than lies there without being promised.
    """
    if quantity == 0:
        raise StockNotMoved(_("数量不能为零。"))
    item, _is_new = StockItem.objects.get_or_create(place=place, sku=sku)
    enough = StockItem.objects.filter(pk=item.pk, on_hand__gte=F("reserved") - quantity)
    if not enough.update(on_hand=F("on_hand") + quantity):
        raise StockNotMoved(_("“%(sku)s”未被占用的库存不足。") % {"sku": sku.code})
    _write(item.pk, kind, quantity, reference, reason, actor, occurred_at or now())
    item.refresh_from_db()
    return item


@transaction.atomic
def count_stock(
    place: StockPlace, sku: Sku, *, counted: int, actor: User | None, reason: str
) -> int:
    """Set what lies there to what was counted (盘点); return the difference, 0 writes nothing.

    Raises StockNotMoved where fewer were counted than are promised.
    """
    item, _is_new = StockItem.objects.get_or_create(place=place, sku=sku)
    item = StockItem.objects.select_for_update().get(pk=item.pk)
    difference = counted - item.on_hand
    if difference:
        move_stock(place, sku, kind=Kind.COUNT, quantity=difference, actor=actor, reason=reason)
    return difference


@transaction.atomic
def transfer_stock(
    source: StockPlace,
    target: StockPlace,
    sku: Sku,
    *,
    quantity: int,
    actor: User | None,
    reference: str,
) -> None:
    """Move packs from one place to another (调拨). Raises StockNotMoved."""
    if quantity <= 0 or source == target:
        raise StockNotMoved(_("调拨应在两个地点之间，数量大于零。"))
    items = {
        place.pk: StockItem.objects.get_or_create(place=place, sku=sku)[0].pk
        for place in (source, target)
    }
    # Two transfers in opposite directions lock in the same order.
    list(StockItem.objects.select_for_update().filter(pk__in=items.values()).order_by("pk"))
    move_stock(
        source, sku, kind=Kind.TRANSFER_OUT, quantity=-quantity, actor=actor, reference=reference
    )
    move_stock(
        target, sku, kind=Kind.TRANSFER_IN, quantity=quantity, actor=actor, reference=reference
    )


def in_lock_order(place: StockPlace, sku_ids: Collection[int]) -> list[Sku]:
    """Return SKUs in the order in which everyone takes their items at a place, for `move_stock`.

    By ascending item id; what has never lain there comes last: its item is yet to be made.
    """
    items = _items(place, sku_ids)
    skus = Sku.objects.in_bulk(sku_ids)
    new = [pk for pk in sorted(skus) if pk not in items]
    return [skus[pk] for pk in (*_by_item(items), *new)]


def _items(place: StockPlace, sku_ids: Collection[int]) -> dict[int, int]:
    """Return item ids by SKU id."""
    rows = StockItem.objects.filter(place=place, sku_id__in=sku_ids)
    return dict(rows.values_list("sku_id", "pk"))


def _by_item(items: Mapping[int, int]) -> list[int]:
    """Return SKU ids by ascending item id: everyone locks in this order."""
    return sorted(items, key=lambda sku_id: items[sku_id])


def _open(reference: str) -> list[StockReservation]:
    rows = StockReservation.objects.filter(reference=reference, outcome="")
    return list(rows.select_related("item").order_by("item_id"))


def _end(reservation: StockReservation, outcome: str) -> bool:
    """End a reservation; False where somebody else ended it first."""
    still_open = StockReservation.objects.filter(pk=reservation.pk, outcome="")
    return bool(still_open.update(outcome=outcome, ended_at=now()))


def _write(
    item_id: int,
    kind: str,
    quantity: int,
    reference: str,
    reason: str,
    actor: User | None,
    occurred_at: datetime,
) -> None:
    StockMovement.objects.create(
        item_id=item_id,
        kind=kind,
        quantity=quantity,
        reference=reference,
        reason=reason,
        actor=actor,
        occurred_at=occurred_at,
        recorded_at=now(),
    )
