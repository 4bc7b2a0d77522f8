"""What each line of a reported order cost, who paid it, and what of it went back.

Pure. Source: docs/decisions/0004-lines-and-refunds.md. All amounts in fen. The result is a
function of the newest report alone, so any sequence of reports ends in the state of the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from common.money import split_fen
from orders.rules.line_keys import PLACEHOLDER_KEY, tie_order
from orders.rules.sale import ReportedLine, ReportedSale
from orders.rules.states import OrderStatus

Shares = tuple[tuple[str, int], ...]


def total_of(shares: Shares) -> int:
    """Return the sum of all funders' shares; most lines have none."""
    return sum(fen for _, fen in shares) if shares else 0


class SettledLine(NamedTuple):
    """One line with its amounts.

    `amount_fen` = list less merchant discount = consumer paid + subsidies. `refunded_fen` is
    cumulative with every funder in it; `returned` is the part that goes back to funders.
    """

    line: ReportedLine
    discount_fen: int
    amount_fen: int
    subsidies: Shares
    refunded_fen: int
    returned: Shares

    @property
    def consumer_paid_fen(self) -> int:
        """Return what the consumer paid for this line before refunds."""
        return self.amount_fen - total_of(self.subsidies)


class Settlement(NamedTuple):
    """A whole order: its lines by ascending line key, its freight, and what went back."""

    lines: tuple[SettledLine, ...]
    freight_fen: int
    freight_refunded_fen: int
    subsidy_fen: int
    subsidy_returned_fen: int


def placeholder(sale: ReportedSale) -> ReportedLine:
    """Return the one flagged line that stands for an order whose detail is not known."""
    return ReportedLine(
        line_key=PLACEHOLDER_KEY,
        title=sale.title,
        attributes="",
        seller_code="",
        unit_price_fen=sale.goods_fen // sale.quantity,
        quantity=sale.quantity,
        list_fen=sale.goods_fen,
        is_closed=sale.status is OrderStatus.CLOSED,
        source=sale.source,
    )


def settle(sale: ReportedSale, lines: Sequence[ReportedLine]) -> Settlement:
    """Divide an order's discount, subsidies and refunds over `lines`.

    The order-level discount is split by list amount, so the ascending line key bears its odd
    fen; subsidies by amount; refunds as `_spread_refund` says, goods first, then freight.
    """
    ordered = lines
    if len(lines) > 1:
        ordered = sorted(lines, key=lambda line: tie_order(line.line_key))
    discounts = _discounts(sale.goods_fen, ordered)
    amounts = [line.list_fen - discount for line, discount in zip(ordered, discounts, strict=True)]
    if sale.paid_at is None or not (sale.subsidies or sale.refunded_fen):
        return _whole(sale, ordered, discounts, amounts)
    shares = subsidy_shares(sale.subsidies, amounts)
    returned_by_funder = returned_subsidies(sale)
    total_back = sale.refunded_fen + total_of(returned_by_funder)
    refunds = _spread_refund(total_back, amounts, ordered)
    returned = returned_shares(returned_by_funder, shares, amounts, refunds)
    settled = tuple(
        SettledLine(line, discounts[i], amounts[i], shares[i], refunds[i], returned[i])
        for i, line in enumerate(ordered)
    )
    return Settlement(
        lines=settled,
        freight_fen=sale.freight_fen,
        freight_refunded_fen=total_back - sum(refunds),
        subsidy_fen=total_of(sale.subsidies),
        subsidy_returned_fen=total_of(returned_by_funder),
    )


def _whole(
    sale: ReportedSale,
    lines: Sequence[ReportedLine],
    discounts: Sequence[int],
    amounts: Sequence[int],
) -> Settlement:
    """Settle an order without subsidy and refund, or one that is not paid."""
    settled = tuple(
        SettledLine(line, discount, amount, (), 0, ())
        for line, discount, amount in zip(lines, discounts, amounts, strict=True)
    )
    return Settlement(settled, sale.freight_fen, 0, 0, 0)


def returned_subsidies(sale: ReportedSale) -> Shares:
    """Return the subsidy of each funder that goes back with the refunded consumer money.

    Once on the whole order: floor(subsidy x refunded / consumer paid), everything when all
    consumer money went back; where the consumer paid nothing, only closing the order
    refunds it (docs/decisions/0004-lines-and-refunds.md).
    """
    paid, back = sale.consumer_paid_fen, sale.refunded_fen
    if not sale.subsidies:
        return ()
    if paid == 0:
        return sale.subsidies if sale.status is OrderStatus.CLOSED else ()
    if back == paid:
        return sale.subsidies
    return tuple((funder, fen * back // paid) for funder, fen in sale.subsidies)


def _discounts(goods_fen: int, lines: Sequence[ReportedLine]) -> list[int]:
    """Split list amounts less goods over the lines; a surcharge is a negative discount."""
    weights = [line.list_fen for line in lines]
    discount_fen = sum(weights) - goods_fen
    if not discount_fen:
        return [0] * len(weights)
    if not any(weights):
        weights = [line.quantity for line in lines]
    return split_fen(discount_fen, weights)


def subsidy_shares(subsidies: Shares, amounts: Sequence[int]) -> list[Shares]:
    """Split each funder's subsidy by the amount that is still unsubsidised.

    What exceeds the goods pays freight and is not on any line.
    """
    if not subsidies:
        return [()] * len(amounts)
    left = list(amounts)
    shares: list[list[tuple[str, int]]] = [[] for _ in amounts]
    for funder, fen in sorted(subsidies):
        parts = split_fen(min(fen, sum(left)), left)
        for position, part in enumerate(parts):
            if part:
                shares[position].append((funder, part))
                left[position] -= part
    return [tuple(share) for share in shares]


def _spread_refund(
    total_fen: int, amounts: Sequence[int], lines: Sequence[ReportedLine]
) -> list[int]:
    """Return the cumulative refund of each line.

    It falls on the lines that the file marks closed when some lines stand and the closed
    lines' amounts equal it, else on all lines by amount. What exceeds the goods is freight.
    """
    if not total_fen:
        return [0] * len(amounts)
    closed = [line.is_closed for line in lines]
    of_closed = [amount if shut else 0 for amount, shut in zip(amounts, closed, strict=True)]
    if any(closed) and not all(closed) and sum(of_closed) == total_fen:
        return of_closed
    return split_fen(min(total_fen, sum(amounts)), amounts)


def returned_shares(
    returned: Shares,
    shares: Sequence[Shares],
    amounts: Sequence[int],
    refunds: Sequence[int],
) -> list[Shares]:
    """Divide each funder's returned subsidy over the refunded lines.

    A line returns at most what the funder gave it and at least what the consumer part of its
    refund cannot cover. Sums per funder hold for the order; where rounding leaves a fen that
    no line's bounds admit, it follows the refunds.
    """
    if not returned:
        return [()] * len(amounts)
    result: list[list[tuple[str, int]]] = [[] for _ in amounts]
    room = list(refunds)
    goods_part = sum(refunds)
    funders = sorted(returned)
    for rank, (funder, fen) in enumerate(funders):
        given = [dict(share).get(funder, 0) for share in shares]
        highest = [min(a, b) for a, b in zip(given, room, strict=True)]
        lowest = [0] * len(room)
        if rank == len(funders) - 1:
            consumer = [
                amount - sum(part for _, part in share)
                for amount, share in zip(amounts, shares, strict=True)
            ]
            lowest = [
                min(high, max(0, left - own))
                for high, left, own in zip(highest, room, consumer, strict=True)
            ]
        goods_fen = min(fen, sum(given), goods_part)
        for position, part in enumerate(_within_bounds(goods_fen, lowest, highest, room)):
            if part:
                result[position].append((funder, part))
                room[position] -= part
    return [tuple(share) for share in result]


def _within_bounds(
    total_fen: int, lowest: Sequence[int], highest: Sequence[int], fallback: Sequence[int]
) -> list[int]:
    """Split `total_fen` so that each part lies within its bounds where that is possible."""
    if total_fen < sum(lowest):
        return split_fen(total_fen, highest)
    spread = [high - low for low, high in zip(lowest, highest, strict=True)]
    extra = min(total_fen - sum(lowest), sum(spread))
    parts = [low + part for low, part in zip(lowest, split_fen(extra, spread), strict=True)]
    rest = total_fen - sum(parts)
    if rest:
        slack = [room - part for room, part in zip(fallback, parts, strict=True)]
        parts = [p + q for p, q in zip(parts, split_fen(min(rest, sum(slack)), slack), strict=True)]
    return parts
