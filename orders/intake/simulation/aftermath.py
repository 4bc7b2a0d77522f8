"""What becomes of a simulated order by the hour of the export: status and refunds."""

from __future__ import annotations

from random import Random

from orders.intake.simulation.moments import DAY, EXPORTED
from orders.intake.simulation.sale import (
    CLOSED,
    PAID,
    SHIPPED,
    SUCCEEDED,
    WAITING_FOR_PAYMENT,
    SimulatedLine,
    SimulatedOrder,
    share_discount,
    share_refund,
)

# Shares of paid orders.
REFUNDED_IN_FULL = 0.06
REFUNDED_IN_PART = 0.03

# The platform closes an order that nobody paid after three days.
_PAYMENT_DEADLINE = 3 * DAY
_EARLIEST_CONFIRMATION = DAY * 3 // 2


def settle(rng: Random, order: SimulatedOrder) -> None:
    """Draw the order's end and do its arithmetic."""
    if order.paid is None:
        late = EXPORTED - order.placed > _PAYMENT_DEADLINE
        order.status = CLOSED if late or rng.random() < 0.5 else WAITING_FOR_PAYMENT
        share_discount(order)
        return
    _progress(rng, order, EXPORTED - order.paid)
    draw = rng.random()
    if draw < REFUNDED_IN_FULL:
        order.status, order.confirmed = CLOSED, None
        for line in order.lines:
            line.closed = True
        share_discount(order)
        order.refunded_fen = order.consumer_fen
    elif draw < REFUNDED_IN_FULL + REFUNDED_IN_PART:
        _refund_in_part(rng, order)
    else:
        share_discount(order)
    share_refund(order)


def _progress(rng: Random, order: SimulatedOrder, age: int) -> None:
    """Draw how far a paid order has come, given its age in seconds."""
    draw = rng.random()
    if age < DAY // 2 or (age < 2 * DAY and draw < 0.2):
        order.status = PAID
    elif age < 2 * DAY or draw < (0.75 if age < 4 * DAY else 0.2):
        order.status = SHIPPED
    else:
        order.status = SUCCEEDED
        assert order.paid is not None
        waited = rng.randrange(age - _EARLIEST_CONFIRMATION)
        order.confirmed = order.paid + _EARLIEST_CONFIRMATION + waited


def _refund_in_part(rng: Random, order: SimulatedOrder) -> None:
    closing = None
    if len(order.lines) > 1 and rng.random() < 0.6:
        closing = rng.choice(order.lines)
        closing.closed = True
    share_discount(order)
    wanted = _price_of(order, closing) if closing else _agreed_sum(rng, order)
    if closing and rng.random() < 0.1:
        # The parties agreed on another sum than the closed line's price.
        wanted -= 1 + rng.randrange(500)
    order.refunded_fen = max(1, min(wanted, order.consumer_fen - 1))


def _price_of(order: SimulatedOrder, line: SimulatedLine) -> int:
    """Return the consumer's part of a line's amount, the coupon's part rounded down."""
    paid_in = order.consumer_fen + order.coupon_fen
    return -(-line.amount_fen * order.consumer_fen // paid_in)


def _agreed_sum(rng: Random, order: SimulatedOrder) -> int:
    draw = rng.random()
    if order.freight_fen and draw < 0.3:
        return order.goods_fen
    if draw < 0.6:
        return rng.choice((300, 500, 1000, 1500))
    return 1 + rng.randrange(order.consumer_fen)
