"""What a writer knows of the orders that it wrote: a reader must tell the same, to the fen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from orders.rules.readings import Reading
from orders.rules.sale import ReportedLine, ReportedSale
from orders.rules.states import OrderStatus

# Flags that say what a reader assumed; the others describe cells.
ASSUMPTIONS = frozenset({"refund_amount_assumed", "paid_at_assumed", "time_without_clock"})


@dataclass
class Line:
    """One line: `amount_fen`, `subsidies` and `refunded_fen` only where a row states them.

    `is_back`: everything went back, also where the consumer had paid nothing.
    """

    title: str
    seller_code: str
    quantity: int
    list_fen: int
    attributes: str = ""
    amount_fen: int | None = None
    subsidies: dict[str, int] = field(default_factory=dict)
    refunded_fen: int = 0
    is_back: bool = False
    key: str = ""


@dataclass
class Order:
    """One order. Money in fen; that of an unpaid order is none of the ledger's business."""

    number: str
    status: OrderStatus
    placed_at: datetime
    paid_at: datetime | None
    goods_fen: int
    freight_fen: int
    subsidies: dict[str, int]
    refunded_fen: int
    lines: list[Line] | None
    buyer: str = ""
    payer_unit: str = ""
    flags: set[str] = field(default_factory=set)

    @property
    def consumer_fen(self) -> int:
        """Return what the consumer paid before refunds, freight included."""
        return self.goods_fen + self.freight_fen - sum(self.subsidies.values())

    @property
    def returned_fen(self) -> int:
        """Return what went back: consumer money, and the subsidy with it (decision 0004)."""
        if self.paid_at is None:
            return 0
        if self.lines and self.lines[0].amount_fen is not None:
            return self.refunded_fen + sum(map(_returned_of_line, self.lines))
        whole = self.refunded_fen == self.consumer_fen and (
            self.consumer_fen or self.status is OrderStatus.CLOSED
        )
        shares = [
            fen if whole else fen * self.refunded_fen // (self.consumer_fen or 1)
            for fen in self.subsidies.values()
        ]
        return self.refunded_fen + sum(shares)


def _returned_of_line(line: Line) -> int:
    paid = (line.amount_fen or 0) - sum(line.subsidies.values())
    whole = line.is_back
    return sum(
        fen if whole else fen * line.refunded_fen // (paid or 1) for fen in line.subsidies.values()
    )


def assert_read_back(reading: Reading, orders: Iterable[Order]) -> None:
    """Assert that a reading holds exactly these orders, in this order, and the file's totals."""
    wanted = list(orders)
    assert [sale.order_number for sale in reading.sales] == [order.number for order in wanted]
    for sale, order in zip(reading.sales, wanted, strict=True):
        _assert_order(sale, order)
    paid = [order for order in wanted if order.paid_at]
    assert reading.platform_gross_fen == sum(each.goods_fen + each.freight_fen for each in paid)
    assert reading.platform_refund_fen == sum(each.returned_fen for each in paid)


def _assert_order(sale: ReportedSale, order: Order) -> None:
    assert (sale.status, sale.placed_at, sale.paid_at) == (
        order.status,
        order.placed_at,
        order.paid_at,
    ), order
    assert (sale.buyer, sale.payer_unit) == (order.buyer, order.payer_unit)
    assert ASSUMPTIONS & set(sale.flags) == order.flags, order
    if order.paid_at is None:
        assert (sale.consumer_paid_fen, sale.refunded_fen, sale.subsidies) == (0, 0, ())
    else:
        assert (sale.goods_fen, sale.freight_fen) == (order.goods_fen, order.freight_fen), order
        assert sale.consumer_paid_fen == order.consumer_fen, order
        assert dict(sale.subsidies) == {who: fen for who, fen in order.subsidies.items() if fen}
        assert sale.refunded_fen == order.refunded_fen, order
    if order.lines is None:
        assert sale.lines is None
        return
    assert sale.lines is not None
    for line, wanted in zip(sale.lines, order.lines, strict=True):
        _assert_line(line, wanted, is_paid=order.paid_at is not None)
    assert len({line.line_key for line in sale.lines}) == len(sale.lines)


def _assert_line(line: ReportedLine, wanted: Line, *, is_paid: bool) -> None:
    assert (line.title, line.attributes, line.seller_code) == (
        wanted.title,
        wanted.attributes,
        wanted.seller_code,
    )
    assert (line.quantity, line.list_fen) == (wanted.quantity, wanted.list_fen)
    assert wanted.key in line.line_key
    if wanted.amount_fen is None:
        assert line.stated is None
    elif is_paid:
        assert line.stated is not None
        assert line.stated.amount_fen == wanted.amount_fen
        assert dict(line.stated.subsidies) == {
            who: fen for who, fen in wanted.subsidies.items() if fen
        }
        assert line.stated.refunded_fen == wanted.refunded_fen
