"""Makes one sale of the rows of each order, or rejects the order whole, and counts the totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.clock import business_day
from orders.errors import AmountsDoNotFit
from orders.intake.cells import BadCell
from orders.intake.numbers import ReadMoney, rejected
from orders.intake.platforms.collecting import OrderRows, repeated
from orders.intake.platforms.details import Details
from orders.intake.platforms.heads import head_of, without_repeats
from orders.intake.platforms.line_money import sale_of_lines
from orders.intake.platforms.order_money import (
    AmountsUnfit,
    lines_of_order,
    sale_of_order,
    way_that_fits,
)
from orders.intake.platforms.platform import Platform
from orders.intake.platforms.rows import Row
from orders.rules.readings import Reading, RowIssue
from orders.rules.sale import ReportedSale
from orders.rules.settlement import returned_subsidies
from orders.rules.stated import settle_report
from orders.rules.states import OrderStatus


@dataclass(slots=True)
class _Fit:
    """How many paid orders of a file add up, and how many do not."""

    fits: int = 0
    unfit: int = 0


def assemble(platform: Platform, orders: OrderRows, details: Details, result: Reading) -> None:
    """Turn rows into sales; an order is never half recorded. Raises AmountsDoNotFit."""
    fit = _Fit()
    for order in orders:
        number, rows = order.number, order.rows
        result.issues += order.issues
        if platform.is_order_per_row:
            rows = _understood(orders.part, rows, result)
        is_broken = any(issue.verdict == "rejected" for issue in order.issues)
        if not rows:
            if is_broken:
                details.park(number, "order_rejected")
            continue
        try:
            if any(row.bad for row in rows) or (is_broken and not platform.is_order_per_row):
                raise _incomplete()
            _add_order(platform, orders.part, rows, details, result)
            fit.fits += _is_paid(rows)
        except BadCell as bad:
            fit.unfit += isinstance(bad, AmountsUnfit) and _is_paid(rows)
            details.park(number, "order_rejected")
            result.issues += _rejected_order(platform, orders.part, rows, bad, result)
    if fit.unfit and not fit.fits:
        raise AmountsDoNotFit(orders.file)
    for number in orders.foreign:
        details.park(number, "other_shop")


def _understood(part: int, rows: list[Row], result: Reading) -> list[Row]:
    """Reject the rows whose words are not understood where another row is the same order."""
    understood = [row for row in rows if row.bad is None]
    if not understood:
        return rows
    result.issues += [rejected(part, row.row, row.bad, row.number) for row in rows if row.bad]
    return understood


def _add_order(
    platform: Platform, part: int, every: Sequence[Row], details: Details, result: Reading
) -> None:
    """Make and count one order. Raises BadCell."""
    rows, repeats = without_repeats(every, is_order_per_row=platform.is_order_per_row)
    head = head_of(rows, status_of_lines=platform.has_money_per_row)
    if platform.has_money_per_row:
        sale = sale_of_lines(part, rows, head)
    else:
        try:
            money = way_that_fits(rows)
        except AmountsUnfit:
            rows, repeats = _distinct(rows, repeats)
            money = way_that_fits(rows)
        lines = lines_of_order(part, rows, head) if platform.has_lines else None
        sale = sale_of_order(part, rows, head, money, lines=lines)
        details.join(sale, result)
    counted = {row.row for row in rows}
    number = sale.order_number
    result.issues += repeated(part, sorted(set(repeats) - counted), number)
    result.accepted_rows += len(counted)
    result.sales.append(sale)
    if sale.paid_at is not None:
        result.platform_gross_fen += sale.goods_fen + sale.freight_fen
        result.platform_refund_fen += sale.refunded_fen + _returned_fen(sale)


def _distinct(rows: Sequence[Row], repeats: Sequence[int]) -> tuple[list[Row], list[int]]:
    """Return the rows without equal ones: a line that was pasted twice, not bought twice."""
    kept: list[Row] = []
    again = list(repeats)
    for row in rows:
        if row in kept:
            again.append(row.row)
        else:
            kept.append(row)
    return kept, again


def _returned_fen(sale: ReportedSale) -> int:
    """Return the subsidy that goes back with an order's refunds."""
    if sale.lines and sale.lines[0].stated:
        return settle_report(sale, sale.lines).subsidy_returned_fen
    return sum(fen for _funder, fen in returned_subsidies(sale))


def _rejected_order(
    platform: Platform, part: int, rows: Sequence[Row], bad: BadCell, result: Reading
) -> list[RowIssue]:
    """Reject the rows of an order; what could be read of its money counts, by its first row."""
    money = _read_money(platform, rows)
    if money is not None:
        result.platform_gross_fen += money.gross_fen
        result.platform_refund_fen += money.refund_fen
    own = {row.row: row.bad or bad for row in rows}
    return [
        rejected(part, place, why, rows[0].number, money if place == rows[0].row else None)
        for place, why in own.items()
    ]


def _read_money(platform: Platform, rows: Sequence[Row]) -> ReadMoney | None:
    """Return what the platform counts of an order that does not fit, None for nothing.

    A row that repeats its order or its sub-order counts once.
    """
    paid_at = next((row.paid_at for row in rows if row.paid_at is not None), None)
    priced: dict[str, Row] = {}
    for row in rows:
        if row.money is not None:
            priced.setdefault(row.line_number if platform.has_money_per_row else "", row)
    if paid_at is None or not priced:
        return None
    return ReadMoney(
        business_day(paid_at),
        sum(row.due_fen for row in priced.values()),
        sum(_refund_fen(row) for row in priced.values()),
    )


def _refund_fen(row: Row) -> int:
    """Return what a row that does not fit says to be refunded."""
    is_gone = row.is_refunded or row.status is OrderStatus.CLOSED
    if row.refund_fen is None or (row.is_refunded and not row.refund_fen):
        return row.due_fen if is_gone else 0
    return min(row.refund_fen, row.due_fen)


def _is_paid(rows: Sequence[Row]) -> bool:
    return any(row.paid_at is not None for row in rows)


def _incomplete() -> BadCell:
    return BadCell("order_incomplete", _("同一订单的另一行被拒绝，整个订单没有导入。"))
