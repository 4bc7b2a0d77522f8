"""The states of a storefront order as one table (docs/decisions/0033-storefront-orders.md)."""

from __future__ import annotations

from enum import StrEnum

from orders.rules.states import OrderStatus


class State(StrEnum):
    """Where a storefront order stands."""

    UNPAID = "unpaid"
    PAID = "paid"
    SHIPPED = "shipped"
    RECEIVED = "received"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Act(StrEnum):
    """What moves a storefront order."""

    PAY = "pay"
    CANCEL = "cancel"
    EXPIRE = "expire"
    SHIP = "ship"
    RECEIVE = "receive"
    RECEIVE_BY_TIME = "receive_by_time"
    CLOSE = "close"


MOVES: dict[Act, tuple[State, State]] = {
    Act.PAY: (State.UNPAID, State.PAID),
    Act.CANCEL: (State.UNPAID, State.CANCELLED),
    Act.EXPIRE: (State.UNPAID, State.CANCELLED),
    Act.SHIP: (State.PAID, State.SHIPPED),
    Act.RECEIVE: (State.SHIPPED, State.RECEIVED),
    Act.RECEIVE_BY_TIME: (State.SHIPPED, State.RECEIVED),
    # Everything was paid back before anything was sent.
    Act.CLOSE: (State.PAID, State.CLOSED),
}

# What the ledger hears of each state; the others are not sales.
REPORTED = {
    State.PAID: OrderStatus.PAID,
    State.SHIPPED: OrderStatus.SHIPPED,
    State.RECEIVED: OrderStatus.SUCCEEDED,
    State.CLOSED: OrderStatus.CLOSED,
}
