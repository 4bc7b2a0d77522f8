"""What the rows of one order say of it together, and which of them say the same twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.intake.cells import BadCell
from orders.intake.platforms.rows import Row
from orders.rules.sale import ReportedContact
from orders.rules.states import OrderStatus

# Translated only where rows disagree.
PAID_AT, PLACED_AT, STATUS = (
    gettext_lazy("付款时间"),
    gettext_lazy("下单时间"),
    gettext_lazy("状态"),
)
BUYER, PAYER_UNIT = gettext_lazy("买家"), gettext_lazy("付款单位")
SOLD, MONEY, REFUND = gettext_lazy("商品或金额"), gettext_lazy("金额"), gettext_lazy("退款")


@dataclass(slots=True)
class Head:
    """An order without its money."""

    status: OrderStatus
    placed_at: datetime
    paid_at: datetime | None
    buyer: str
    payer_unit: str
    contact: ReportedContact | None
    flags: tuple[str, ...]


def head_of(rows: Sequence[Row], *, status_of_lines: bool) -> Head:
    """Join what the rows say of their order; an empty cell says nothing.

    `status_of_lines`: every row has the status of its own line; the order is closed when all
    are, else as far as its standing lines. Raises BadCell where rows disagree.
    """
    paid_at = agreed(PAID_AT, (row.paid_at for row in rows))
    placed_at = agreed(PLACED_AT, (row.placed_at for row in rows)) or paid_at
    status = _furthest(rows) if status_of_lines else agreed(STATUS, (r.status for r in rows))
    if status is None:
        raise BadCell("bad_status", _("订单状态为空。"))
    if placed_at is None:
        raise BadCell("bad_time", _("下单时间和付款时间都为空。"))
    flags = [flag for row in rows for flag in row.flags]
    if paid_at is None and status not in (OrderStatus.UNPAID, OrderStatus.CLOSED):
        status = OrderStatus.UNPAID
        flags.append("status_without_payment")
    elif paid_at is not None and status is OrderStatus.UNPAID:
        status = OrderStatus.PAID
        flags.append("payment_without_status")
    if paid_at is None and any(row.refund_fen for row in rows):
        raise BadCell("paid_without_time", _("有退款，但没有付款时间。"))
    return Head(
        status=status,
        placed_at=placed_at,
        paid_at=paid_at,
        buyer=agreed(BUYER, (row.buyer for row in rows)) or "",
        payer_unit=agreed(PAYER_UNIT, (row.payer_unit for row in rows)) or "",
        contact=next((row.contact for row in rows if row.contact), None),
        flags=tuple(dict.fromkeys(flags)),
    )


def agreed(name: str | Promise, values: Iterable[Any]) -> Any:
    """Return the one value that is said, None for none. Raises BadCell for several."""
    said = {value for value in values if value}
    if len(said) > 1:
        raise disagreement(name)
    return next(iter(said), None)


def disagreement(name: str | Promise) -> BadCell:
    """Return the refusal of an order whose rows contradict each other."""
    return BadCell("order_rows_disagree", _("同一订单各行的“%s”不一致。") % name)


def _furthest(rows: Sequence[Row]) -> OrderStatus | None:
    said = {row.status for row in rows if row.status}
    if OrderStatus.UNPAID in said and said - {OrderStatus.UNPAID, OrderStatus.CLOSED}:
        raise disagreement(STATUS)
    standing = said - {OrderStatus.CLOSED}
    return max(standing or said, key=lambda status: status.rank, default=None)


def without_repeats(rows: Sequence[Row], *, is_order_per_row: bool) -> tuple[list[Row], list[int]]:
    """Return the rows that count and the numbers of the rows that repeat one of them.

    A row whose order or line number stands twice counts as its freshest. Raises BadCell when
    two such rows differ in what was sold or in what it cost.
    """
    kept: dict[str | int, Row] = {}
    repeats: list[int] = []
    for row in rows:
        name: str | int = "" if is_order_per_row else (row.line_number or row.row)
        earlier = kept.setdefault(name, row)
        if earlier is row:
            continue
        if (earlier.line, earlier.money) != (row.line, row.money):
            raise disagreement(SOLD)
        loser = earlier if row.is_fresher_than(earlier) else row
        if loser is earlier:
            kept[name] = row
        repeats.append(loser.row)
    return list(kept.values()), repeats
