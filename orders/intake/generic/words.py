"""Words and measures in the cells of generic files."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from orders.intake.cells import BadCell, clean, clean_code, pieces, shown
from orders.rules.states import OrderStatus

MOST_GRAMS = 10**9

_STATUS_WORDS = {status.value: status for status in OrderStatus} | {
    "待付款": OrderStatus.UNPAID,
    "未付款": OrderStatus.UNPAID,
    "已付款": OrderStatus.PAID,
    "待发货": OrderStatus.PAID,
    "已发货": OrderStatus.SHIPPED,
    "待收货": OrderStatus.SHIPPED,
    "交易成功": OrderStatus.SUCCEEDED,
    "已完成": OrderStatus.SUCCEEDED,
    "交易关闭": OrderStatus.CLOSED,
    "已关闭": OrderStatus.CLOSED,
    "已取消": OrderStatus.CLOSED,
}
_FUNDER_WORDS = {"平台": "platform"}
# What the merchant bears lowers the amount; it is no subsidy.
_MERCHANT = frozenset({"merchant", "商家", "卖家"})
_LONGEST_FUNDER = 40
_LONGEST_VOUCHER = 80
_WEIGHT = re.compile(r"([0-9]{1,10}(?:\.[0-9]{1,6})?)\s*(kg|公斤|千克|斤|g|克|两)", re.IGNORECASE)
_GRAMS = {"kg": 1000, "公斤": 1000, "千克": 1000, "斤": 500, "两": 50, "g": 1, "克": 1}


def order_status(cell: str) -> OrderStatus | None:
    """Read a status, None for an empty cell. Raises BadCell for an unknown word."""
    text = clean(cell)
    if not text:
        return None
    found = _STATUS_WORDS.get(text.lower())
    if found is None:
        raise BadCell("bad_status", _("不认识的订单状态：%s。") % shown(text))
    return found


def quantity(cell: str, column: str) -> tuple[int, int]:
    """Read (pieces, grams): whole pieces and 0, or 1 and the weight of the whole line.

    A weight has its unit (`2.5kg`, `5斤`, `500克`, `3两`) and is whole grams. Raises BadCell.
    """
    text = clean(cell)
    weight = _WEIGHT.fullmatch(text)
    if weight is None:
        return pieces(text, column), 0
    grams = Decimal(weight[1]) * _GRAMS[weight[2].lower()]
    if grams != grams.to_integral_value() or not 1 <= grams <= MOST_GRAMS:
        raise BadCell(
            "bad_quantity",
            _("“%(column)s”不是有效重量（应为整克）：%(cell)s。")
            % {"column": column, "cell": shown(text)},
        )
    return 1, int(grams)


def funder(cell: str) -> str:
    """Read who bears a subsidy. Raises BadCell for none, for the merchant and for no name."""
    text = clean(cell)
    if not text:
        raise BadCell("funder_missing", _("有补贴，但没有写明出资方。"))
    if text.lower() in _MERCHANT:
        raise BadCell("bad_funder", _("商家让利应从成交额中扣除，不是补贴。"))
    if len(text) > _LONGEST_FUNDER or not text.isprintable() or set(",:") & set(text):
        raise BadCell("bad_funder", _("出资方写法无效：%s。") % shown(text))
    return _FUNDER_WORDS.get(text, text)


def code(cell: str, column: str, longest: int) -> str:
    """Read a code, '' for an empty cell. Raises BadCell where it is too long or unprintable."""
    text = clean_code(cell)
    if len(text) > longest or not text.isprintable():
        raise BadCell(
            "bad_code",
            _("“%(column)s”不是有效编码：%(cell)s。") % {"column": column, "cell": shown(text)},
        )
    return text


def voucher_code(cell: str, column: str) -> str:
    """Read a voucher code, in capitals, '' for an empty cell. Raises BadCell."""
    return code(cell, column, _LONGEST_VOUCHER).upper()


def county_code(cell: str, column: str) -> str:
    """Read a division code of six digits, '' for an empty cell. Raises BadCell."""
    text = clean_code(cell)
    if text and not re.fullmatch(r"[0-9]{6}", text):
        raise BadCell(
            "bad_county_code",
            _("“%(column)s”不是 6 位行政区划代码：%(cell)s。")
            % {"column": column, "cell": shown(text)},
        )
    return text
