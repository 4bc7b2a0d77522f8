"""Makes a sale of rows that each state the money of their own line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from orders.intake.cells import BadCell
from orders.intake.platforms.heads import Head
from orders.intake.platforms.lines import make_line
from orders.intake.platforms.order_money import (
    AmountsUnfit,
    check_bounds,
    refund_exceeds,
    reported,
)
from orders.intake.platforms.rows import Money, Row
from orders.rules.sale import ReportedLine, ReportedSale, StatedAmounts
from orders.rules.settlement import total_of
from orders.rules.stated import merged
from orders.rules.states import OrderStatus


class _Back(NamedTuple):
    """What went back of a line: consumer money of the goods, of the freight, and how known."""

    goods_fen: int
    freight_fen: int
    is_everything: bool
    is_assumed: bool


def sale_of_lines(part: int, rows: Sequence[Row], head: Head) -> ReportedSale:
    """Make one sale with a stated line per row; it is closed when all its lines are.

    Raises BadCell.
    """
    money = [_money(row) for row in rows]
    backs = [_back(row, each, head) for row, each in zip(rows, money, strict=True)]
    whole = Money(
        goods_fen=sum(each.goods_fen for each in money),
        freight_fen=sum(each.freight_fen for each in money),
        consumer_fen=sum(each.consumer_fen for each in money),
        subsidies=merged([each.subsidies for each in money]),
    )
    check_bounds(whole.goods_fen, whole.freight_fen, whole.consumer_fen)
    lines = tuple(map(_Lines(part, head).line, rows, money, backs))
    is_closed = all(line.is_closed for line in lines)
    return reported(
        part,
        rows,
        head,
        status=OrderStatus.CLOSED if is_closed else head.status,
        money=whole,
        refunded_fen=sum(back.goods_fen + back.freight_fen for back in backs),
        is_refund_assumed=any(back.is_assumed for back in backs),
        lines=lines,
    )


class _Lines:
    """Builds the lines of one order."""

    def __init__(self, part: int, head: Head) -> None:
        self._part, self._is_paid = part, head.paid_at is not None

    def line(self, row: Row, money: Money, back: _Back) -> ReportedLine:
        return make_line(
            self._part,
            row,
            row.line_number,
            is_closed=back.is_everything or row.status is OrderStatus.CLOSED,
            stated=StatedAmounts(
                amount_fen=money.goods_fen,
                subsidies=money.subsidies if self._is_paid else (),
                refunded_fen=back.goods_fen,
                refunded_at=None,
            ),
        )


def _money(row: Row) -> Money:
    """Return the one way to read a line's money. Raises BadCell."""
    for way in row.money or ():
        check_bounds(way.goods_fen, way.freight_fen, way.consumer_fen)
        if total_of(way.subsidies) > way.goods_fen:
            raise BadCell("subsidy_exceeds_amount", _("补贴大于成交额。"))
        return way
    raise AmountsUnfit


def _back(row: Row, money: Money, head: Head) -> _Back:
    """Return what went back of a line. Raises BadCell for more than was paid."""
    if head.paid_at is None:
        return _Back(0, 0, False, False)
    goods_fen = money.goods_fen - total_of(money.subsidies)
    whole = _Back(goods_fen, money.freight_fen, True, False)
    stated_fen = row.refund_fen
    is_gone = row.is_refunded or row.status is OrderStatus.CLOSED
    if stated_fen is None or (not stated_fen and row.is_refunded):
        return whole._replace(is_assumed=True) if is_gone else _Back(0, 0, False, False)
    if stated_fen and stated_fen in (money.consumer_fen, money.goods_fen + money.freight_fen):
        return whole
    if stated_fen > money.consumer_fen:
        raise refund_exceeds()
    of_goods_fen = min(stated_fen, goods_fen)
    return _Back(of_goods_fen, stated_fen - of_goods_fen, False, False)
