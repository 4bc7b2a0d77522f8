"""Cells of monthly ledgers: months, days, sums of money, quantities, words."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from common.money import MAX_FEN
from orders.intake.cells import BadCell, clean, shown
from orders.intake.monthly.columns import FEN_OF_WAN, FEN_OF_YUAN

_MONTHS = (
    re.compile(r"(?P<year>\d{4})[年./-](?P<first>\d{1,2})(月份?)?"),
    re.compile(r"(?P<year>\d{4})(?P<first>\d{2})"),
    # How a workbook gives a month that it shows as such.
    re.compile(r"(?P<year>\d{4})-(?P<first>\d{2})-01( 00:00:00)?"),
    re.compile(r"(?P<year>\d{4})年(?P<first>\d{1,2})月?[-—–~至到](?P<last>\d{1,2})月份?"),
)
_DAY = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?: 0{1,2}:00(?::00)?)?")
_BARE_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_AMOUNT = re.compile(r"[¥￥]?(\d{1,15}(?:\.\d{1,10})?)(万元|元)?")
_QUANTITY = re.compile(r"(\d{1,13})(?:\.0+)?([^\d.]{0,10})")
_UNITS = {"元": FEN_OF_YUAN, "万元": FEN_OF_WAN}
_CHANNELS = {
    "自有商城": "storefront",
    "展销中心": "centre",
    "电商平台": "platform",
    "会展": "fair",
    "进商超": "supermarket",
    "商超": "supermarket",
    "进机关": "institution",
    "机关": "institution",
    "其他": "other",
}
_PURCHASES = {"帮助销售": "assisted_sale", "直接采购": "direct_purchase"}
WHOLE_PREFECTURE = frozenset({"全州", "黔东南州", "黔东南"})


def plain(cell: str) -> str:
    """Return a cell's content with usual digits and marks, without blanks and separators."""
    return unicodedata.normalize("NFKC", clean(cell)).replace(" ", "").replace(",", "")


def month(cell: str, column: str) -> tuple[date, date]:
    """Read a month, or several of one year: (first day, last day). Raises BadCell."""
    text = unicodedata.normalize("NFKC", clean(cell))
    for pattern in _MONTHS:
        if found := pattern.fullmatch(text.replace(" ", "") if "00:00" not in text else text):
            parts = found.groupdict()
            year, first = int(parts["year"]), int(parts["first"])
            last = int(parts.get("last") or first)
            if 2000 <= year <= 2099 and 1 <= first <= last <= 12:
                return date(year, first, 1), date(year, last, monthrange(year, last)[1])
    raise BadCell(
        "bad_month",
        _("“%(column)s”不是有效月份（应写明年和月，如 2020年6月）：%(cell)s。")
        % {"column": column, "cell": shown(text)},
    )


def day(cell: str, column: str) -> date:
    """Read a day. Raises BadCell."""
    text = unicodedata.normalize("NFKC", clean(cell))
    found = _DAY.fullmatch(text) or _BARE_DAY.fullmatch(text)
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:  # a day that does not exist
        pass
    raise BadCell(
        "bad_day",
        _("“%(column)s”不是有效日期：%(cell)s。") % {"column": column, "cell": shown(text)},
    )


def amount_fen(cell: str, column: str, fen_of_one: int) -> int:
    """Read a sum of money as fen; a unit in the cell goes before the header's. Raises BadCell."""
    text = plain(cell)
    found = _AMOUNT.fullmatch(text)
    if found:
        fen = Decimal(found[1]) * _UNITS.get(found[2] or "", fen_of_one)
        if fen == fen.to_integral_value() and fen <= MAX_FEN:
            return int(fen)
    raise BadCell(
        "bad_amount",
        _("“%(column)s”不是有效金额（不能为空、为负或不足一分）：%(cell)s。")
        % {"column": column, "cell": shown(text)},
    )


def quantity(cell: str, unit_cell: str, column: str) -> tuple[int | None, str]:
    """Read (quantity, its unit): a whole number, with its unit in either cell. Raises BadCell."""
    text, unit = plain(cell), clean(unit_cell)
    if not text:
        return None, ""
    found = _QUANTITY.fullmatch(text)
    if found is None or (unit and found[2] and unit != found[2]) or len(unit) > 10:
        raise BadCell(
            "bad_quantity",
            _("“%(column)s”不是有效数量（应为整数）：%(cell)s。")
            % {"column": column, "cell": shown(text)},
        )
    return int(found[1]), unit or found[2]


def channel_class(cell: str) -> str:
    """Return the channel of a word; an unknown word stays as it is."""
    text = clean(cell)
    return _CHANNELS.get(text, text)


def purchase_mode(cell: str) -> str:
    """Return the purchase mode of a word; an unknown word stays as it is."""
    text = clean(cell)
    return _PURCHASES.get(text, text)


def county(cell: str, column: str) -> str:
    """Read a county, '' for the whole prefecture. Raises BadCell for an empty cell.

    A cell may be empty because it is merged with the one above: nobody can tell from outside.
    """
    text = clean(cell)
    if not text:
        raise BadCell(
            "county_missing",
            _("“%(column)s”为空：请每行填写县名，全州合计的填“全州”。") % {"column": column},
        )
    return "" if text in WHOLE_PREFECTURE else text
