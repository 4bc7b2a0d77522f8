"""One simulated order and its arithmetic, kept apart from the importer's on purpose.

The generator decides every amount here; the expected totals add these up. Nothing is read
back from the files, so an error of the importer cannot hide in both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from common.money import split_fen
from orders.intake.simulation.catalogue import Item
from orders.intake.simulation.people import Buyer
from orders.rules.line_keys import line_keys, tie_order

WAITING_FOR_PAYMENT = "等待买家付款"
PAID = "买家已付款，等待卖家发货"
SHIPPED = "卖家已发货，等待买家确认"
SUCCEEDED = "交易成功"
CLOSED = "交易关闭"


@dataclass(slots=True)
class SimulatedLine:
    """One line. `list_fen` is what its pieces cost, `amount_fen` that less its discount.

    `refunded_fen` is what came back for it in all, the platform's subsidy included.
    """

    item: Item
    quantity: int
    closed: bool = False
    amount_fen: int = 0
    refunded_fen: int = 0

    list_fen: int = field(init=False)

    def __post_init__(self) -> None:
        self.list_fen = self.item.unit_price_fen * self.quantity


@dataclass(slots=True)
class SimulatedOrder:
    """One order. Moments are seconds as in `moments`; `paid` is None if it never was.

    `list_fen` is the list amount of all lines, excluded ones included.
    `coupon_fen` is the platform's coupon (天猫卡券抵扣), part of what the goods cost.
    `refunded_fen` is consumer money given back, `subsidy_back_fen` the coupon's part that
    went back with it, `freight_refunded_fen` the part of both that is no goods money.
    """

    number: str
    buyer: Buyer
    lines: list[SimulatedLine]
    placed: int
    paid: int | None
    status: str = PAID
    confirmed: int | None = None
    discount_fen: int = 0
    freight_fen: int = 0
    coupon_fen: int = 0
    refunded_fen: int = 0
    subsidy_back_fen: int = 0
    freight_refunded_fen: int = 0
    message: str = ""
    note: str = ""
    invoice_title: str = ""
    changed_address: str = ""
    from_phone: bool = True
    list_fen: int = field(init=False)

    def __post_init__(self) -> None:
        self.list_fen = sum([line.list_fen for line in self.lines])

    @property
    def goods_fen(self) -> int:
        """Return what all lines cost after the discount, coupon included."""
        return self.list_fen - self.discount_fen

    @property
    def total_fen(self) -> int:
        """Return 总金额: goods and freight."""
        return self.goods_fen + self.freight_fen

    @property
    def consumer_fen(self) -> int:
        """Return what the consumer paid in all before refunds."""
        return self.total_fen - self.coupon_fen


def ranked_lines(order: SimulatedOrder) -> list[SimulatedLine]:
    """Return the lines by ascending line key, the order in which ties are decided.

    The closed marks must stand already: they number identical lines.
    """
    if len(order.lines) == 1:
        return order.lines
    keys = line_keys(
        [
            (
                line.item.title,
                line.item.attributes,
                line.item.unit_price_fen,
                line.quantity,
                line.closed,
            )
            for line in order.lines
        ]
    )
    by_key = sorted(zip(keys, order.lines, strict=True), key=lambda pair: tie_order(pair[0]))
    return [line for _, line in by_key]


def share_discount(order: SimulatedOrder) -> None:
    """Give every line its share of the discount, by list amount."""
    if not order.discount_fen:
        for line in order.lines:
            line.amount_fen = line.list_fen
        return
    ranked = ranked_lines(order)
    shares = split_fen(order.discount_fen, [line.list_fen for line in ranked])
    for line, share in zip(ranked, shares, strict=True):
        line.amount_fen = line.list_fen - share


def subsidy_going_back(order: SimulatedOrder, refunded_fen: int) -> int:
    """Return how much of the coupon goes back with `refunded_fen` of consumer money."""
    if refunded_fen == order.consumer_fen:
        return order.coupon_fen
    return order.coupon_fen * refunded_fen // order.consumer_fen


def share_refund(order: SimulatedOrder) -> None:
    """Let the order's refund fall on its lines, then on freight.

    On the closed lines when some lines stand and the closed amounts equal it exactly, else
    on all lines by amount. Needs `share_discount` and `refunded_fen`.
    """
    if not order.refunded_fen:
        return
    order.subsidy_back_fen = subsidy_going_back(order, order.refunded_fen)
    back = order.refunded_fen + order.subsidy_back_fen
    closed = [line for line in order.lines if line.closed]
    closed_fen = sum(line.amount_fen for line in closed)
    if len(closed) < len(order.lines) and closed_fen == back:
        for line in closed:
            line.refunded_fen = line.amount_fen
        return
    on_goods = min(back, order.goods_fen)
    order.freight_refunded_fen = back - on_goods
    ranked = ranked_lines(order)
    parts = split_fen(on_goods, [line.amount_fen for line in ranked])
    for line, part in zip(ranked, parts, strict=True):
        line.refunded_fen = part
