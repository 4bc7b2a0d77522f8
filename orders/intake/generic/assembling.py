"""Makes one sale of the rows of each order, or rejects the order whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from common.money import MAX_FEN
from orders.intake.cells import BadCell, buyer_key, empty_cell
from orders.intake.generic.columns import NAMES
from orders.intake.generic.lines import make_lines
from orders.intake.generic.money import LineMoney, line_money
from orders.intake.generic.rows import Row, RowHead, read_money
from orders.intake.grouping import OrderGroup
from orders.intake.numbers import rejected
from orders.rules.readings import Reading
from orders.rules.sale import ReportedSale
from orders.rules.states import OrderStatus

_LONGEST_TITLE = 300
_NOTHING = object()


@dataclass(slots=True)
class _Head:
    """What the rows of one order say of it together."""

    status: OrderStatus
    placed_at: datetime
    paid_at: datetime | None
    buyer: str
    reference_code: str
    freight_fen: int
    compensation_fen: int | None
    compensated_at: datetime | None
    flags: tuple[str, ...]


def assemble(part: int, orders: Iterable[OrderGroup[Row]], result: Reading) -> None:
    """Turn rows into sales and the platform's totals; an order is never half recorded."""
    incomplete = BadCell("order_incomplete", _("同一订单的另一行被拒绝，整个订单没有导入。"))
    for order in orders:
        result.issues += order.issues
        if not order.rows:
            continue
        try:
            if any(issue.verdict == "rejected" for issue in order.issues):
                raise incomplete
            _add_order(part, order.rows, result)
        except BadCell as bad:
            result.issues += [
                rejected(part, row.row, bad, order.number, read_money(row, is_first=place == 0))
                for place, row in enumerate(order.rows)
            ]


def _add_order(part: int, rows: Sequence[Row], result: Reading) -> None:
    """Make and count one order. Raises BadCell."""
    sale, returned_fen = make_sale(part, rows)
    result.sales.append(sale)
    result.accepted_rows += len(rows)
    if sale.paid_at is not None:
        result.platform_gross_fen += sale.goods_fen + sale.freight_fen
        result.platform_refund_fen += sale.refunded_fen + returned_fen


def make_sale(part: int, rows: Sequence[Row]) -> tuple[ReportedSale, int]:
    """Make one order of its rows: (sale, subsidy in fen that went back). Raises BadCell."""
    _check_line_numbers(rows)
    head = _head(rows)
    money = _money(rows, head)
    return _sale(part, rows, head, money), sum([each.returned_fen for each in money])


def _sale(part: int, rows: Sequence[Row], head: _Head, money: Sequence[LineMoney]) -> ReportedSale:
    goods_fen = sum([row.amount_fen for row in rows])
    is_paid = head.paid_at is not None
    subsidies = _subsidies(rows) if is_paid else ()
    refunded_fen = sum([each.refunded_fen for each in money])
    if is_paid and head.status is OrderStatus.CLOSED:
        refunded_fen += head.freight_fen
    if goods_fen + head.freight_fen > MAX_FEN:
        raise BadCell("bad_amount", _("订单金额超出范围。"))
    consumer_fen = goods_fen + head.freight_fen - sum([fen for _funder, fen in subsidies])
    return ReportedSale(
        order_number=rows[0].number,
        status=head.status,
        placed_at=head.placed_at,
        paid_at=head.paid_at,
        goods_fen=goods_fen,
        freight_fen=head.freight_fen,
        consumer_paid_fen=consumer_fen if is_paid else 0,
        subsidies=subsidies,
        refunded_fen=refunded_fen,
        refunded_at=_refunded_at(rows, money),
        lines=tuple(make_lines(part, rows, money, is_paid=is_paid)),
        title="，".join(dict.fromkeys(row.title for row in rows if row.title))[:_LONGEST_TITLE],
        quantity=sum([row.quantity for row in rows]),
        buyer=head.buyer,
        contact=rows[0].head.contact,
        reference_code=head.reference_code,
        flags=head.flags,
        source=f"{part}:{rows[0].row}",
        payer_unit=rows[0].head.payer_unit or head.buyer,
        compensation_fen=head.compensation_fen,
        compensated_at=head.compensated_at if head.compensation_fen else None,
    )


def _check_line_numbers(rows: Sequence[Row]) -> None:
    numbered = [row.line_number for row in rows if row.line_number]
    if len(set(numbered)) < len(numbered):
        raise BadCell("line_number_repeated", _("同一订单有两行行号相同而内容不同。"))


def _head(rows: Sequence[Row]) -> _Head:
    """Join what the rows say of their order. Raises BadCell where they disagree.

    An empty cell says nothing, except that every row must have the same payment time.
    """
    first = rows[0].head
    others = [row.head for row in rows if row.head is not first]
    said = _joined([first, *others]) if others else first
    reference = _agreed("campaign_code", [row.reference_code for row in rows], but="") or ""
    flags: tuple[str, ...] = () if said.has_seconds else ("time_without_seconds",)
    status, placed_at = said.status, said.placed_at or said.paid_at
    if said.paid_at is None:
        if status is not OrderStatus.UNPAID:
            raise BadCell("paid_at_missing", _("付款时间为空，状态也不是待付款。"))
        if placed_at is None:
            raise empty_cell("bad_time", NAMES["placed_at"])
        if any(row.refund_fen for row in rows):
            raise BadCell("paid_without_time", _("有退款，但没有付款时间。"))
        if said.compensation_fen:
            raise BadCell("paid_without_time", _("有赔付，但没有付款时间。"))
    elif status is OrderStatus.UNPAID:
        status = OrderStatus.PAID
        flags += ("payment_without_status",)
    assert placed_at is not None  # the payment time stands for it
    return _Head(
        status=status or OrderStatus.SUCCEEDED,
        placed_at=placed_at,
        paid_at=said.paid_at,
        buyer=buyer_key(said.buyer),
        reference_code=reference,
        freight_fen=said.freight_fen,
        compensation_fen=said.compensation_fen,
        compensated_at=said.compensated_at,
        flags=flags,
    )


def _joined(heads: Sequence[RowHead]) -> RowHead:
    """Join what rows say of their order in different words. Raises BadCell."""
    return RowHead(
        paid_at=_agreed("paid_at", [head.paid_at for head in heads]),
        placed_at=_agreed("placed_at", [head.placed_at for head in heads], but=None),
        status=_agreed("status", [head.status for head in heads], but=None),
        buyer=_agreed("buyer", [head.buyer for head in heads], but="") or "",
        freight_fen=_agreed("freight", [head.freight_fen for head in heads], but=0) or 0,
        has_seconds=all(head.has_seconds for head in heads),
        compensation_fen=_agreed("compensation", [head.compensation_fen for head in heads], None),
        compensated_at=_agreed("compensated_at", [head.compensated_at for head in heads], None),
    )


def _agreed(column: str, values: Sequence[Any], but: Any = _NOTHING) -> Any:
    """Return the one value, None for none `but` one that says nothing. Raises BadCell for two."""
    different = set(values) - {but}
    if len(different) > 1:
        raise BadCell("order_rows_disagree", _("同一订单各行的“%s”不一致。") % NAMES[column])
    return next(iter(different), None)


def _money(rows: Sequence[Row], head: _Head) -> list[LineMoney]:
    """Return what went back of each row. Raises BadCell for a refund above what was paid."""
    if head.paid_at is None:
        return [LineMoney(0, 0, False)] * len(rows)
    is_closed = head.status is OrderStatus.CLOSED
    money = [
        line_money(
            row.amount_fen, row.subsidy_fen, row.refund_fen, is_closed=is_closed or row.is_closed
        )
        for row in rows
    ]
    if None in money:
        raise BadCell("refund_exceeds_payment", _("累计退款大于买家实付金额。"))
    return money  # type: ignore[return-value]


def _subsidies(rows: Iterable[Row]) -> tuple[tuple[str, int], ...]:
    """Return (funder, fen) of the whole order by funder."""
    sums: dict[str, int] = {}
    for row in rows:
        for funder, fen in row.subsidies:
            sums[funder] = sums.get(funder, 0) + fen
    return tuple(sorted(sums.items()))


def _refunded_at(rows: Sequence[Row], money: Sequence[LineMoney]) -> datetime | None:
    """Return the date of the last refund where every refund of the order is dated."""
    dates = [
        row.refunded_at
        for row, each in zip(rows, money, strict=True)
        if each.refunded_fen or each.is_everything
    ]
    if not dates or not all(dates):
        return None
    return max(date for date in dates if date)
