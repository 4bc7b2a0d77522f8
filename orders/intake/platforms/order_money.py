"""Makes a sale of rows that state the money of their order; lines have list prices at most."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from common.money import MAX_FEN
from orders.intake.cells import BadCell
from orders.intake.platforms.heads import MONEY, REFUND, Head, disagreement
from orders.intake.platforms.lines import make_lines
from orders.intake.platforms.rows import Money, Row
from orders.rules.sale import ReportedLine, ReportedSale
from orders.rules.states import OrderStatus

LONGEST_TITLE = 300


class AmountsUnfit(BadCell):
    """The amounts of an order add up in none of the ways that its platform is known to write."""

    def __init__(self) -> None:
        super().__init__("amounts_do_not_add_up", _("订单各项金额对不上，无法确定成交金额。"))


def way_that_fits(rows: Sequence[Row]) -> Money:
    """Return the first way to read an order's money that its lines agree with. Raises BadCell."""
    said = [row.money for row in rows if row.money is not None]
    if any(ways != said[0] for ways in said):
        raise disagreement(MONEY)
    listed_fen = sum(row.line.list_fen for row in rows)
    for way in said[0] if said else ():
        if way.list_fen is None or way.list_fen == listed_fen:
            return way
    raise AmountsUnfit


def sale_of_order(
    part: int,
    rows: Sequence[Row],
    head: Head,
    money: Money,
    *,
    lines: Sequence[ReportedLine] | None,
) -> ReportedSale:
    """Make one sale. Raises BadCell for amounts out of bounds and refunds above the payment."""
    check_bounds(money.goods_fen, money.freight_fen, money.consumer_fen)
    is_paid = head.paid_at is not None
    refund_fen, is_assumed = _refund(rows, head, money) if is_paid else (0, False)
    return reported(
        part,
        rows,
        head,
        status=head.status,
        money=money,
        refunded_fen=refund_fen,
        is_refund_assumed=is_assumed,
        lines=lines,
    )


def reported(
    part: int,
    rows: Sequence[Row],
    head: Head,
    *,
    status: OrderStatus,
    money: Money,
    refunded_fen: int,
    is_refund_assumed: bool,
    lines: Sequence[ReportedLine] | None,
) -> ReportedSale:
    """Return the sale of an order's rows; an unpaid one took no money."""
    is_paid = head.paid_at is not None
    return ReportedSale(
        order_number=rows[0].number,
        status=status,
        placed_at=head.placed_at,
        paid_at=head.paid_at,
        goods_fen=money.goods_fen,
        freight_fen=money.freight_fen,
        consumer_paid_fen=money.consumer_fen if is_paid else 0,
        subsidies=money.subsidies if is_paid else (),
        refunded_fen=refunded_fen,
        refunded_at=None,
        lines=None if lines is None else tuple(lines),
        title=title_of(rows),
        quantity=sum(row.line.quantity for row in rows),
        buyer=head.buyer,
        contact=head.contact,
        reference_code="",
        flags=(*head.flags, "refund_amount_assumed") if is_refund_assumed else head.flags,
        source=f"{part}:{rows[0].row}",
        payer_unit=head.payer_unit,
    )


def lines_of_order(part: int, rows: Sequence[Row], head: Head) -> list[ReportedLine]:
    """Return the lines of an order; they close with it."""
    return make_lines(part, rows, [head.status is OrderStatus.CLOSED] * len(rows))


def title_of(rows: Sequence[Row]) -> str:
    """Return the titles of an order's lines as one."""
    titles = dict.fromkeys(row.line.title for row in rows if row.line.title)
    return "，".join(titles)[:LONGEST_TITLE]


def check_bounds(goods_fen: int, freight_fen: int, consumer_fen: int) -> None:
    """Raise BadCell for an order that no column can hold or that costs less than nothing."""
    if min(goods_fen, freight_fen, consumer_fen) < 0 or goods_fen + freight_fen > MAX_FEN:
        raise BadCell("bad_amount", _("订单金额超出范围。"))


def refund_exceeds() -> BadCell:
    """Return the refusal of a refund above what was paid."""
    return BadCell("refund_exceeds_payment", _("累计退款大于买家实付金额。"))


def _refund(rows: Sequence[Row], head: Head, money: Money) -> tuple[int, bool]:
    """Return (refunded consumer money, whether the amount is assumed) of a paid order."""
    amounts = {row.refund_fen for row in rows if row.refund_fen is not None}
    if len(amounts) > 1:
        raise disagreement(REFUND)
    stated_fen = next(iter(amounts), None)
    is_refunded = any(row.is_refunded for row in rows)
    if not stated_fen and is_refunded:
        return money.consumer_fen, True
    if stated_fen is None:
        return (money.consumer_fen, True) if head.status is OrderStatus.CLOSED else (0, False)
    if stated_fen == money.goods_fen + money.freight_fen:
        return money.consumer_fen, False  # the subsidy is counted in
    if stated_fen > money.consumer_fen:
        raise refund_exceeds()
    return stated_fen, False
