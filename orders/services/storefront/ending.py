"""Orders that nobody pays: cancelled by the shopper, or by the clock."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from common.clock import now
from orders.models import StorefrontOrder
from orders.rules.storefront.states import Act, State
from orders.services.storefront.moving import move, move_each
from orders.services.storefront.vouchers import release_voucher
from products.services.stock import release_stock


@transaction.atomic
def cancel_order(order: StorefrontOrder, *, actor: str, act: Act = Act.CANCEL) -> StorefrontOrder:
    """Cancel an unpaid order; its goods and its voucher are free. Raises MoveNotAllowed."""
    moved = move(order, act, actor=actor, at=now())
    release_voucher(order)
    release_stock(order.number)
    return moved


def expire_orders() -> int:
    """Cancel what was not paid in time, each order in a transaction of its own; return how many.

    Safe to repeat and to run twice at once: of two who cancel an order, one does.
    """
    late = StorefrontOrder.objects.filter(state=State.UNPAID, expires_at__lte=now())
    expire = partial(cancel_order, actor="system", act=Act.EXPIRE)
    return move_each(late.order_by("expires_at"), expire)
