"""Taobao's words for the state of an order."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from orders.intake.cells import BadCell, clean, shown
from orders.rules.states import OrderStatus

# Written without commas and blanks: exports write the comma full-width, databases that were
# loaded from them with ｜｜｜, spreadsheets half-width. Shop systems use the short words.
_WORDS = {
    "等待买家付款": OrderStatus.UNPAID,
    "买家已付款等待卖家发货": OrderStatus.PAID,
    "已付款": OrderStatus.PAID,
    "卖家已发货等待买家确认": OrderStatus.SHIPPED,
    "已发货": OrderStatus.SHIPPED,
    "交易成功": OrderStatus.SUCCEEDED,
    "交易关闭": OrderStatus.CLOSED,
}
_BETWEEN = re.compile(r"[\s,，｜|]+")


class StatusWords:
    """Reads cells of status words, remembering what it has read."""

    def __init__(self) -> None:
        self._known: dict[str, OrderStatus] = {}

    def status(self, cell: str) -> OrderStatus:
        """Read a status. Raises BadCell for an unknown word and for an empty cell."""
        known = self._known.get(cell)
        if known is None:
            found = _WORDS.get(_BETWEEN.sub("", clean(cell)))
            if found is None:
                raise BadCell("bad_status", _("不认识的订单状态：%s。") % shown(clean(cell)))
            known = self._known[cell] = found
        return known
