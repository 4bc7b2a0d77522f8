"""The table of items that some platforms export beside their order list."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from orders.intake.platforms.collecting import OrderRows
from orders.intake.platforms.lines import make_lines
from orders.intake.platforms.rows import Row
from orders.rules.readings import Reading, RowIssue
from orders.rules.sale import ReportedLine, ReportedSale


class Details:
    """The items of one file, each order's handed out once: to its order, aside, or as orphans."""

    def __init__(self, table: OrderRows | None) -> None:
        self._part = table.part if table else 0
        self._rows: dict[str, list[Row]] = {}
        self._issues: list[RowIssue] = []
        self._broken: set[str] = set()
        for order in table or ():
            self._issues += order.issues
            if any(issue.verdict == "rejected" for issue in order.issues):
                self._broken.add(order.number)
            if order.rows:
                self._rows[order.number] = order.rows

    def join(self, sale: ReportedSale, result: Reading) -> None:
        """Give an order its lines, unless some item of it was rejected or there are none."""
        number = sale.order_number
        if number in self._broken:
            sale.flags += ("detail_incomplete",)
        elif rows := self._rows.pop(number, None):
            sale.lines = tuple(self._lines(rows))
            sale.quantity = sum(row.line.quantity for row in rows)
            result.accepted_rows += len(rows)

    def park(self, number: str, code: str) -> None:
        """Set aside the items of an order that is not taken."""
        messages = {
            "order_rejected": _("所属订单行被拒绝，明细待匹配。"),
            "detail_incomplete": _("同一订单的另一条明细被拒绝，明细不完整，待匹配。"),
            "other_shop": _("所属订单属于另一家店铺，明细待匹配。"),
        }
        self._issues += [
            RowIssue(self._part, row.row, "quarantined", code, messages[code], number)
            for row in self._rows.pop(number, ())
        ]

    def hand_over(self, result: Reading) -> None:
        """Report what no order has taken."""
        for number in self._broken:
            self.park(number, "detail_incomplete")
        result.issues += self._issues
        for number, rows in self._rows.items():
            result.orphans[number] = self._lines(rows)

    def _lines(self, rows: Sequence[Row]) -> list[ReportedLine]:
        return make_lines(self._part, rows, [row.is_refunded for row in rows])
