"""The one way in which a storefront order changes its state."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from orders.errors.storefront import MoveNotAllowed
from orders.models import StorefrontEvent, StorefrontOrder
from orders.rules.storefront.states import MOVES, Act, State

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
