"""The one way in which a storefront order changes its state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from orders.errors.storefront import MoveNotAllowed
from orders.models import StorefrontEvent, StorefrontOrder
from orders.rules.storefront.states import MOVES, Act, State

# So many orders are looked at in one go; the next tick takes the rest.
_AT_ONCE = 500
_STAMPS = {
    State.PAID: "paid_at",
    State.SHIPPED: "shipped_at",
    State.RECEIVED: "received_at",
    State.CANCELLED: "cancelled_at",
    State.CLOSED: "closed_at",
}


def move(order: StorefrontOrder, act: Act, *, actor: str, at: datetime) -> StorefrontOrder:
    """Move an order by the table, in the caller's transaction, and write the event.

    One guarded UPDATE: of two who move at once, one does. Raises MoveNotAllowed.
    """
    before, after = MOVES[act]
    standing = StorefrontOrder.objects.filter(pk=order.pk, state=before)
    if not standing.update(state=after, **{_STAMPS[after]: at}):
        order.refresh_from_db(fields=["state"])
        raise MoveNotAllowed(
            _("订单当前状态为“%(state)s”，不能进行此操作。") % {"state": order.get_state_display()},
            state=order.state,
        )
    StorefrontEvent.objects.create(
        order=order, act=act, from_state=before, to_state=after, actor=actor, occurred_at=at
    )
    order.refresh_from_db()
    return order


def move_each(orders: QuerySet[StorefrontOrder], act: Callable[[StorefrontOrder], object]) -> int:
    """Do what moves an order with each of those that come first; return how many moved.

    Each act is a transaction of its own; an order that somebody else moved meanwhile is passed
    over, so this is safe to repeat and to run twice at once.
    """
    moved = 0
    for order in orders[:_AT_ONCE]:
        try:
            act(order)
        except MoveNotAllowed:
            continue
        moved += 1
    return moved
