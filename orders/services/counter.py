"""Record what a counter sold: at once, or days later after a gap in the network.

The goods are gone and the money is in the till, so a sale is never refused for price or stock:
doubts stay on it as flags (docs/decisions/0034-counter.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.clock import CLOCKS_DIFFER, business_day, now
from orders.errors.counter import CounterSaleConflict, SoldAtNotValid, TendersDiffer
from orders.models import CounterSale, SalesPoint
from orders.rules.sale import ReportedLine, ReportedSale
from orders.services.recording import record_sale
from products.errors import StockNotMoved
from products.models import Sku
from products.models.stock import StockMovement, StockPlace
from products.rules.seller_codes import normalised_seller_code
from products.rules.weighing import weighed_fen
from products.selectors.stock import packs_in
from products.services.stock import in_lock_order, move_stock

# A centre may be without network for so long; later, the till's own report is imported.
LATEST = timedelta(days=30)
PRICE_DIFFERS, STOCK_SHORT = "price_differs", "stock_short"


@dataclass(frozen=True, slots=True)
class RungUp:
    """One sale as rung up. `tenders` are (kind, fen); `body_hash` tells another content."""

    client_uuid: UUID
    sale: ReportedSale
    tenders: Sequence[tuple[str, int]]
    body_hash: str


def sale_number(client_uuid: UUID) -> str:
    """Return the order number of a counter's sale: its uuid, so that two tills never meet."""
    return f"C{client_uuid.hex}"


@transaction.atomic(durable=True)
def record_counter_sale(point: SalesPoint, clerk: User, rung: RungUp) -> tuple[CounterSale, bool]:
    """Record a sale once for its uuid; return (row, whether it is new).

    The same uuid with the same content changes nothing. Raises CounterSaleConflict for another
    content or place, TendersDiffer, SoldAtNotValid; then nothing was written.
    """
    known = CounterSale.objects.filter(client_uuid=rung.client_uuid).first()
    if known is not None:
        return _same(known, point, rung), False
    _check(rung)
    skus = _skus(rung.sale)
    try:
        with transaction.atomic():
            row = _write(point, clerk, rung, skus)
    except IntegrityError:
        # Another request of the same uuid came first.
        return _same(CounterSale.objects.get(client_uuid=rung.client_uuid), point, rung), False
    record_sale(point, rung.sale, source=f"counter:{row.number}")
    return row, True


def _same(known: CounterSale, point: SalesPoint, rung: RungUp) -> CounterSale:
    if known.sales_point_id != point.pk or known.body_hash != rung.body_hash:
        raise CounterSaleConflict(_("这个编号已用于另一笔销售。"))
    return known


def _check(rung: RungUp) -> None:
    sold_at = rung.sale.placed_at
    if not now() - LATEST <= sold_at <= now() + CLOCKS_DIFFER:
        raise SoldAtNotValid(_("销售时间应在最近 30 天内，且不晚于现在。"))
    taken = sum(fen for _kind, fen in rung.tenders)
    if taken != rung.sale.goods_fen:
        raise TendersDiffer(
            _("收款合计与应收不符，相差 %(fen)d 分。") % {"fen": taken - rung.sale.goods_fen}
        )


def _write(point: SalesPoint, clerk: User, rung: RungUp, skus: Mapping[str, Sku]) -> CounterSale:
    number = sale_number(rung.client_uuid)
    lines = rung.sale.lines or ()
    flags = {PRICE_DIFFERS} if any(_price_differs(line, skus) for line in lines) else set[str]()
    if not _take_off_the_shelf(point, clerk, rung.sale, skus, number):
        flags.add(STOCK_SHORT)
    return CounterSale.objects.create(
        client_uuid=rung.client_uuid,
        sales_point=point,
        clerk=clerk,
        number=number,
        body_hash=rung.body_hash,
        total_fen=rung.sale.goods_fen,
        tenders=[{"kind": kind, "amount_fen": fen} for kind, fen in rung.tenders],
        flags=sorted(flags),
        sold_at=rung.sale.placed_at,
        received_at=now(),
    )


def _skus(sale: ReportedSale) -> dict[str, Sku]:
    """Return the SKUs of the lines by normalised seller code, in one query."""
    codes = {normalised_seller_code(line.seller_code) for line in sale.lines or ()}
    rows = Sku.objects.filter(seller_codes__code__in=codes).prefetch_related("seller_codes")
    return {known.code: sku for sku in rows for known in sku.seller_codes.all()}


def _price_differs(line: ReportedLine, skus: Mapping[str, Sku]) -> bool:
    sku = skus.get(normalised_seller_code(line.seller_code))
    if sku is None:
        return False
    if sku.price_basis_grams:
        due_fen = weighed_fen(sku.price_fen, sku.price_basis_grams, line.weight_grams)
    else:
        due_fen = sku.price_fen * line.quantity
    amount_fen = line.stated.amount_fen if line.stated else line.list_fen
    return due_fen != amount_fen


def _take_off_the_shelf(
    point: SalesPoint, clerk: User, sale: ReportedSale, skus: Mapping[str, Sku], number: str
) -> bool:
    """Take sold packs off the sales point's shelf; False where the shelf had too few of any.

    Goods by weight are not counted in packs. A sales point without a place keeps no stock here.
    """
    place = StockPlace.objects.filter(sales_point_code=point.code).first()
    if place is None:
        return True
    pieces: dict[int, int] = {}
    for line in sale.lines or ():
        sku = skus.get(normalised_seller_code(line.seller_code))
        if sku is not None and not sku.price_basis_grams:
            pieces[sku.pk] = pieces.get(sku.pk, 0) + line.quantity
    packs = packs_in(pieces, business_day(sale.placed_at))
    is_enough = True
    for sku in in_lock_order(place, packs):
        try:
            move_stock(
                place,
                sku,
                kind=StockMovement.Kind.SALE,
                quantity=-packs[sku.pk],
                actor=clerk,
                reference=number,
                occurred_at=sale.placed_at,
            )
        except StockNotMoved:
            is_enough = False
    return is_enough
