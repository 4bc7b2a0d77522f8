"""Settle an order whose source states the amounts of every line; nothing is left to divide.

Pure. Source: docs/decisions/0004-lines-and-refunds.md. All amounts in fen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orders.rules.line_keys import tie_order
from orders.rules.sale import ReportedLine, ReportedSale, StatedAmounts
from orders.rules.settlement import SettledLine, Settlement, Shares, settle, total_of
from orders.rules.states import OrderStatus


def settle_report(sale: ReportedSale, lines: Sequence[ReportedLine]) -> Settlement:
    """Settle a report over `lines`: by what it states of each, else by division."""
    if not lines or lines[0].stated is None:
        return settle(sale, lines)
    ordered = sorted(lines, key=lambda line: tie_order(line.line_key))
    is_closed = sale.status is OrderStatus.CLOSED
    settled = tuple(
        _settled(line, is_closed=is_closed or line.is_closed, paid=bool(sale.paid_at))
        for line in ordered
    )
    if sale.paid_at is None:
        return Settlement(settled, sale.freight_fen, 0, 0, 0)
    on_lines = sum(line.stated.refunded_fen for line in ordered if line.stated)
    return Settlement(
        lines=settled,
        freight_fen=sale.freight_fen,
        freight_refunded_fen=sale.refunded_fen - on_lines,
        subsidy_fen=total_of(sale.subsidies),
        subsidy_returned_fen=sum(total_of(line.returned) for line in settled),
    )


def with_lines(sale: ReportedSale, missing: Sequence[ReportedLine]) -> ReportedSale:
    """Return a report with the recorded lines that it does not repeat added to its sums.

    Only for stated amounts: a line missing from a newer file is flagged, never removed.
    """
    stated = [line.stated for line in missing if line.stated]
    if not stated:
        return sale
    amount = sum(each.amount_fen for each in stated)
    subsidy = sum(total_of(each.subsidies) for each in stated)
    return replace(
        sale,
        goods_fen=sale.goods_fen + amount,
        consumer_paid_fen=sale.consumer_paid_fen + amount - subsidy if sale.paid_at else 0,
        subsidies=merged([sale.subsidies, *(each.subsidies for each in stated)]),
        refunded_fen=sale.refunded_fen + sum(each.refunded_fen for each in stated),
    )


def merged(shares: Sequence[Shares]) -> Shares:
    """Add up shares by funder, ascending."""
    sums: dict[str, int] = {}
    for share in shares:
        for funder, fen in share:
            sums[funder] = sums.get(funder, 0) + fen
    return tuple(sorted((funder, fen) for funder, fen in sums.items() if fen))


def returned_of(stated: StatedAmounts, *, is_closed: bool) -> Shares:
    """Return what of a line's subsidies goes back with its refunded consumer money.

    floor(subsidy x refunded / consumer paid) of each funder, everything at refunded = consumer
    paid; where the consumer paid nothing, only closing refunds.
    """
    paid = stated.amount_fen - total_of(stated.subsidies)
    if not stated.subsidies or (not paid and not is_closed):
        return ()
    if stated.refunded_fen == paid:
        return stated.subsidies
    shares = ((funder, fen * stated.refunded_fen // paid) for funder, fen in stated.subsidies)
    return tuple((funder, fen) for funder, fen in shares if fen)


def _settled(line: ReportedLine, *, is_closed: bool, paid: bool) -> SettledLine:
    stated = line.stated or StatedAmounts(line.list_fen, (), 0, None)
    discount = line.list_fen - stated.amount_fen
    if not paid:
        return SettledLine(line, discount, stated.amount_fen, (), 0, ())
    returned = returned_of(stated, is_closed=is_closed)
    refunded = stated.refunded_fen + total_of(returned)
    subsidies = tuple(sorted(stated.subsidies))
    return SettledLine(line, discount, stated.amount_fen, subsidies, refunded, returned)
