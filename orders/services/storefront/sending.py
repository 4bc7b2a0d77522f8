"""Send an order, and know that it arrived."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.clock import now
from orders.errors.storefront import ShipmentNotValid
from orders.models import Shipment, StorefrontOrder
from orders.rules.storefront.states import Act, State
from orders.services.storefront.moving import move, move_each
from orders.services.storefront.reporting import report_to_ledger
from products.services.stock import ship_stock


@transaction.atomic
def ship_order(
    order: StorefrontOrder, *, carrier: str, tracking_number: str, actor: User | None
) -> Shipment:
    """Send a paid order whole: its packs leave the shelf, the ledger hears of it.

    Raises MoveNotAllowed, or ShipmentNotValid where the parcel is another order's.
    """
    moment = now()
    move(order, Act.SHIP, actor=str(actor or "system"), at=moment)
    try:
        with transaction.atomic():
            shipment = Shipment.objects.create(
                order=order, carrier=carrier, tracking_number=tracking_number, shipped_at=moment
            )
    except IntegrityError:
        raise ShipmentNotValid(_("这个运单号已用于另一个订单。")) from None
    ship_stock(order.number, occurred_at=moment, actor=actor)
    report_to_ledger(order)
    return shipment


@transaction.atomic
def receive_order(order: StorefrontOrder, *, actor: str, act: Act = Act.RECEIVE) -> StorefrontOrder:
    """Note that a sent order arrived. Raises MoveNotAllowed."""
    moved = move(order, act, actor=actor, at=now())
    report_to_ledger(moved)
    return moved


def receive_by_time() -> int:
    """Take orders for received that were sent long ago; return how many. Safe to repeat."""
    since = now() - timedelta(days=settings.RECEIPT_DAYS)
    sent = StorefrontOrder.objects.filter(state=State.SHIPPED, shipped_at__lte=since)
    receive = partial(receive_order, actor="system", act=Act.RECEIVE_BY_TIME)
    return move_each(sent.order_by("shipped_at"), receive)
