"""Cells of exported tables: what stands in them, freed from how it was dressed.

Every quirk that is undone here was seen in a real export or in one saved again by a spreadsheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from common.clock import SHANGHAI, is_plausible
from common.money import MAX_FEN, parse_yuan
from common.plain_text import one_line
from orders.rules.sale import ReportedContact

MOST_PIECES = 10**6
# More texts than that do not repeat.
_MOST_REMEMBERED = 50_000

Content = TypeVar("Content")

# Marks that spreadsheets and export tools leave around or inside long numbers.
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_WITHOUT_INVISIBLE = dict.fromkeys(map(ord, _INVISIBLE))
_EDGES = frozenset(_INVISIBLE + "='")
_NOTHING = frozenset({"-", "--", "—", "——", "NULL", "null"})
_TOTAL_WORDS = ("合计", "总计", "小计", "汇总")
_TOTAL_CELLS = frozenset(word + colon for word in _TOTAL_WORDS for colon in ("", ":", "："))
_SCIENTIFIC = re.compile(r"\d(\.\d*)?[eE]\+?\d+")
_ORDER_NUMBER = re.compile(r"[0-9]{6,30}")
_FREE_ORDER_NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][-0-9A-Za-z\u4e00-\u9fff_./]{0,63}")
_WHOLE = re.compile(r"[0-9]{1,9}(\.0{1,4})?")
_FEN = re.compile(r"[0-9]{1,13}(\.0{1,4})?")
_USUAL_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_MOMENT = re.compile(
    r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?"
)
_DAY = re.compile(r"[0-9]{4}([-/])[0-9]{1,2}\1[0-9]{1,2}")
# Platforms replace a person by stars, or by a cipher text between marks that changes per order.
_ENCRYPTED = re.compile(r"##.*|#.+#.*|~.+~.*|\$.+\$.*", re.DOTALL)
# A spreadsheet keeps 15 significant digits and writes zeros for the rest.
_KEPT_DIGITS = 15


class BadCell(ValueError):
    """A cell that cannot be taken for what its column says; the row is rejected."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def empty_cell(code: str, column: str) -> BadCell:
    """Return the refusal of a row whose cell in `column` is empty but needed."""
    return BadCell(code, _("“%s”为空。") % column)


def clean(cell: str) -> str:
    """Return the content of a cell: without `="..."`, a leading `'`, tabs, blanks and marks.

    `-`, `——` and NULL stand for nothing and give ''.
    """
    if not cell:
        return ""
    text = cell.strip()
    if text and (text[0] in _EDGES or text[-1] in _EDGES):
        text = _undress(text)
    return "" if text in _NOTHING else text


def _undress(text: str) -> str:
    text = text.strip(_INVISIBLE).strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]
    return text.strip(_INVISIBLE).strip().removeprefix("'").strip(_INVISIBLE).strip()


def clean_code(cell: str) -> str:
    """Return the content of a cell that holds a code: invisible marks inside it go as well."""
    text = clean(cell)
    return text if text.isascii() else text.translate(_WITHOUT_INVISIBLE).strip()


def is_total_mark(text: str) -> bool:
    """Say whether a cleaned first cell opens a hand-made row of totals."""
    return text.startswith(_TOTAL_WORDS)


def is_total_row(cells: Sequence[str]) -> bool:
    """Say whether some cell of a row, as it came, is nothing but a word for a total."""
    return not _TOTAL_CELLS.isdisjoint(cells)


def is_scientific(text: str) -> bool:
    """Say whether an order number has become `9.54E+17`: its digits are lost."""
    return _SCIENTIFIC.fullmatch(text) is not None


def looks_rounded(text: str) -> bool:
    """Say whether an order number could have been rounded to a spreadsheet's 15 digits."""
    return len(text) > _KEPT_DIGITS + 1 and text.isdigit() and not text[_KEPT_DIGITS:].strip("0")


def order_number(text: str) -> str:
    """Check a cleaned order number: 6 to 30 digits. Raises BadCell."""
    if _ORDER_NUMBER.fullmatch(text):
        return text
    _refuse_scientific(text)
    raise BadCell("bad_order_number", _("订单编号不是 6 至 30 位数字：%s。") % shown(text))


def free_order_number(text: str) -> str:
    """Check a cleaned order number of no particular platform. Raises BadCell.

    1 to 64 letters, Chinese ones included, digits and `-_./`, a letter or digit first.
    """
    if not text.isdigit():
        _refuse_scientific(text)
    if _FREE_ORDER_NUMBER.fullmatch(text):
        return text
    raise BadCell(
        "bad_order_number",
        _("订单编号应为 1 至 64 个文字、字母、数字或 -_./：%s。") % shown(text),
    )


def _refuse_scientific(text: str) -> None:
    if is_scientific(text):
        raise BadCell("order_number_damaged", _("订单编号已被电子表格软件改写：%s。") % shown(text))


class Remembered(dict[str, Content], Generic[Content]):
    """Gives what a cell means, remembering what it has read: most cells of a column repeat.

    `read` is asked once for each text; what it raises is not remembered.
    """

    def __init__(self, read: Callable[[str], Content]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: str) -> Content:
        content = self._read(cell)
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        self[cell] = content
        return content


class Amounts:
    """Reads cells of yuan as fen, remembering what it has read: prices repeat.

    A column that is `in_fen` holds whole fen already.
    """

    def __init__(self, *, in_fen: bool = False) -> None:
        self._read = _whole_fen if in_fen else _yuan
        self._known: dict[str, int] = {"": 0}

    def fen(self, cell: str, column: str) -> int:
        """Read an amount, 0 for an empty cell. Raises BadCell unless it is 0 or more."""
        known = self._known.get(cell)
        if known is None:
            known = self._known[cell] = _fen(cell, column, self._read)
        return known


def _yuan(text: str) -> int:
    try:
        return parse_yuan(text.removesuffix("元").rstrip())
    except ValueError:
        return -1


def _whole_fen(text: str) -> int:
    bare = text.removesuffix("分").rstrip()
    fen = int(bare.partition(".")[0]) if _FEN.fullmatch(bare) else -1
    return fen if fen <= MAX_FEN else -1


def _fen(cell: str, column: str, read: Callable[[str], int]) -> int:
    text = clean(cell)
    if not text:
        return 0
    fen = read(text)
    if fen < 0:
        raise BadCell(
            "bad_amount", _("“%(column)s”不是有效金额：%(cell)s。") % _facts(column, text)
        )
    return fen


def signed_yuan(cell: str, column: str) -> int:
    """Read an amount of yuan as fen, below 0 as well, 0 for an empty cell. Raises BadCell."""
    text = clean(cell)
    is_negative = text.startswith(("-", "\N{MINUS SIGN}"))
    fen = _fen(text[1:] if is_negative else text.removeprefix("+"), column, _yuan)
    return -fen if is_negative else fen


def whole_line(unit_price_fen: int, quantity: int) -> int:
    """Return the list amount of a line in fen. Raises BadCell beyond the bound of money."""
    if unit_price_fen * quantity > MAX_FEN:
        raise BadCell("bad_amount", _("单价与数量的乘积超出范围。"))
    return unit_price_fen * quantity


def pieces(cell: str, column: str) -> int:
    """Read a quantity: a whole number from 1 to MOST_PIECES. Raises BadCell."""
    text = clean(cell)
    if _WHOLE.fullmatch(text):
        quantity = int(text.partition(".")[0])
        if 1 <= quantity <= MOST_PIECES:
            return quantity
    raise BadCell("bad_quantity", _("“%(column)s”不是有效数量：%(cell)s。") % _facts(column, text))


def moment(cell: str, column: str) -> tuple[datetime | None, bool]:
    """Read a local Shanghai time, aware: (time or None for an empty cell, has seconds).

    Takes `yyyy-mm-dd HH:MM:SS`, slashes, and minutes only. Raises BadCell for anything
    else, for days that do not exist and for years outside 2000 to 2099.
    """
    if _USUAL_MOMENT.fullmatch(cell):
        found, exact = _usual_time(cell), True
    else:
        text = clean(cell)
        if not text:
            return None, True
        found, exact = _local_time(text)
    if found is not None and is_plausible(found):
        return found, exact
    raise BadCell(
        "bad_time", _("“%(column)s”不是有效时间：%(cell)s。") % _facts(column, clean(cell))
    )


def _usual_time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    except ValueError:  # a day that does not exist
        return None


def day_or_moment(cell: str, column: str) -> tuple[datetime | None, str]:
    """Read a local Shanghai time or a day: (time or None, flag or '').

    A day alone is 00:00, flagged `time_without_clock`. Raises BadCell.
    """
    text = clean(cell)
    if _DAY.fullmatch(text):
        return moment(f"{text} 00:00:00", column)[0], "time_without_clock"
    found, exact = moment(text, column)
    return found, "" if exact else "time_without_seconds"


def _local_time(text: str) -> tuple[datetime | None, bool]:
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None, False
    year, _mark, month, day, hour, minute, second = match.groups(default="")
    usual = f"{year}-{month:0>2}-{day:0>2} {hour:0>2}:{minute}:{second or '00'}"
    return _usual_time(usual), bool(second)


def is_hidden(text: str) -> bool:
    """Say whether a cleaned cell is masked or encrypted: it tells nobody who that is."""
    return "*" in text or _ENCRYPTED.fullmatch(text) is not None


def buyer_key(cell: str) -> str:
    """Return a buyer's name where it can tell buyers apart, '' where the platform hides it."""
    text = clean(cell)
    return "" if is_hidden(text) else text


def contact_of(name: str, phone: str, address: Sequence[str]) -> ReportedContact | None:
    """Return who receives an order from cleaned cells; None where nothing can be read."""
    name, phone = ("" if is_hidden(text) else text for text in (name, phone))
    where = "" if any(map(is_hidden, address)) else " ".join(filter(None, address))
    return ReportedContact(name, phone, where) if name or phone or where else None


def shown(text: str) -> str:
    """Return the head of a cell, on one line, for a message."""
    return one_line(text, 30)


def _facts(column: str, text: str) -> dict[str, str]:
    return {"column": column, "cell": shown(text)}
