"""The simulated shop: who orders what, when, and what goes wrong afterwards.

Every decision is drawn from one `random.Random(seed)`; there is no clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from orders.intake.simulation.aftermath import settle
from orders.intake.simulation.catalogue import TOP_UP_ITEMS, UNCODED_ITEMS, Catalogue, Item
from orders.intake.simulation.moments import (
    EDGE_CASES,
    EDGE_EVERY,
    SMALLEST_WITH_EDGES,
    outside_moment,
    payment_delay,
    shopping_moment,
    weighted,
)
from orders.intake.simulation.people import Crowd
from orders.intake.simulation.sale import SimulatedLine, SimulatedOrder

# Shares of orders, as the real shop's mix is described.
NEVER_PAID = 0.03
OUTSIDE_WINDOW = 0.006
TOP_UP = 0.003
TOP_UP_BESIDE_GOODS = 0.0005
UNCODED_LINE = 0.005
FREIGHT = 0.02
DISCOUNT = 0.10
COUPON = 0.02
REPEATED_LINE = 0.02

# Cumulative odds, in percent, of 1 to 4 lines and of 1 to 3 pieces.
_LINES = (66, 88, 96, 100)
_PIECES = (84, 96, 100)
_FREIGHT_FEN = (800, 1000, 1200, 1250, 2500)
_COUPON_FEN = (300, 500, 1000, 2000)
_FIRST_NUMBER = 955 * 10**15
_NUMBERS = 10**15
_MESSAGES = (
    '"尽快"发货,谢谢',
    "=1+1",
    "请开发票，抬头：样例街道办事处\n税号见备注",
    "送人的，请包好一点😊",
    "放门卫, 打电话",
)
_NOTES = ("老客,送试吃装", "第一行\r\n第二行", '标"易碎"', "改地址,见上")


def sell(catalogue: Catalogue, orders: int, seed: int) -> Iterator[SimulatedOrder]:
    """Yield `orders` finished orders, the same ones for the same arguments."""
    rng = Random(seed)
    crowd = Crowd(rng, orders)
    step = _NUMBERS // orders
    for ordinal in range(orders):
        number = str(_FIRST_NUMBER + ordinal * step + rng.randrange(step))
        placed, paid = _moments(rng, ordinal, orders)
        order = SimulatedOrder(
            number, crowd.buyer(), _basket(rng, catalogue), placed=placed, paid=paid
        )
        _price(rng, order)
        _talk(rng, order, crowd)
        settle(rng, order)
        yield order


def _moments(rng: Random, ordinal: int, orders: int) -> tuple[int, int | None]:
    edge = ordinal % EDGE_EVERY
    if orders >= SMALLEST_WITH_EDGES and edge < len(EDGE_CASES):
        return EDGE_CASES[edge]
    draw = rng.random()
    if draw < NEVER_PAID:
        return shopping_moment(rng), None
    is_outside = draw < NEVER_PAID + OUTSIDE_WINDOW
    paid = outside_moment(rng) if is_outside else shopping_moment(rng)
    return paid - payment_delay(rng), paid


def _basket(rng: Random, catalogue: Catalogue) -> list[SimulatedLine]:
    draw = rng.random()
    if draw < TOP_UP:
        return [_top_up(rng)]
    count = 1 + weighted(rng, _LINES)
    lines = [SimulatedLine(_item(rng, catalogue), 1 + weighted(rng, _PIECES)) for _ in range(count)]
    if count > 1 and rng.random() < REPEATED_LINE:
        lines[-1] = SimulatedLine(lines[0].item, lines[0].quantity)
    if draw < TOP_UP + TOP_UP_BESIDE_GOODS:
        lines.insert(rng.randrange(count + 1), _top_up(rng))
    return lines


def _top_up(rng: Random) -> SimulatedLine:
    item = TOP_UP_ITEMS[rng.random() < 0.15]
    return SimulatedLine(item, 1 + rng.randrange(30))


def _item(rng: Random, catalogue: Catalogue) -> Item:
    if rng.random() < UNCODED_LINE:
        return rng.choice(UNCODED_ITEMS)
    return catalogue.items[weighted(rng, catalogue.cumulative_weights)]


def _price(rng: Random, order: SimulatedOrder) -> None:
    """Draw discount, freight and coupon. Coupon orders carry goods only, without freight.

    So the coupon of an order falls on credited lines alone, whatever rule shares it.
    """
    only_goods = not any(line.item.excluded for line in order.lines)
    if not only_goods and len(order.lines) == 1:
        return
    if rng.random() < DISCOUNT:
        order.discount_fen = _discount_fen(rng, order.list_fen)
    draw = rng.random()
    if draw < FREIGHT:
        order.freight_fen = rng.choice(_FREIGHT_FEN)
    elif draw < FREIGHT + COUPON and only_goods:
        coupon = rng.choice(_COUPON_FEN)
        order.coupon_fen = coupon if coupon * 2 < order.goods_fen else 0


def _discount_fen(rng: Random, list_fen: int) -> int:
    kind = rng.randrange(4)
    if kind == 0 and list_fen >= 10_000:
        return 3000
    if kind <= 1 and list_fen >= 4000:
        return 1000
    if kind == 2:
        return list_fen * 3 // 100
    return list_fen * 7 // 100 + rng.randrange(10)


def _talk(rng: Random, order: SimulatedOrder, crowd: Crowd) -> None:
    """Draw what buyer and seller wrote, and a changed address."""
    draw = rng.random()
    if draw < 0.04:
        order.message = rng.choice(_MESSAGES)
        if "发票" in order.message:
            order.invoice_title = "样例街道办事处"
    elif draw < 0.06:
        order.note = rng.choice(_NOTES)
    elif draw < 0.07:
        order.changed_address = crowd.address()
    order.from_phone = rng.random() < 0.9
