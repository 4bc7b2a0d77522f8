"""Order numbers of a table, and whether a spreadsheet has destroyed them all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from orders.errors import OrderNumbersDamaged
from orders.intake.cells import (
    BadCell,
    clean,
    clean_code,
    is_scientific,
    is_total_mark,
    is_total_row,
    looks_rounded,
)
from orders.rules.readings import RowIssue

# So many numbers do not all end in zeros after the 15th digit by chance.
_NO_CHANCE = 5
# Nearly every number comes like this; reading it at once halves the time of a row.
_USUAL = re.compile(r'="([0-9]{6,30})"')

# Tools guard long numbers against spreadsheets with quotes or backquotes on either side.
_TEXT_MARKS = "`'\"\u2018\u2019"


class OrderNumbers:
    """Reads the order number of every row of one table and remembers how they looked.

    `at` is the place of the column; `check` takes a bare number and raises BadCell for what
    the format cannot have. Hand-made rows of totals are no orders: they are rejected and not
    judged. Where a format leaves the cell empty in all rows of an order but the first, the number
    does not stand in every row.
    """

    stands_in_every_row = True

    def __init__(self, at: int, check: Callable[[str], str]) -> None:
        self.at, self._check = at, check
        self._seen = self._damaged = self._rounded = 0

    def read(self, cells: Sequence[str], defect: BadCell | None) -> str:
        """Return the order number of a row. Raises BadCell, first of all for `defect`."""
        if defect is not None:
            if cells and is_total_mark(clean(cells[0])):
                raise total_row()
            raise defect
        cell = cells[self.at]
        if usual := _USUAL.fullmatch(cell):
            text = usual[1]
            self._seen += 1
            self._rounded += text[-1] == "0" and looks_rounded(text)
            return self._check(text)
        if cell.isdigit() and cell.isascii():
            self._seen += 1
            self._rounded += cell[-1] == "0" and looks_rounded(cell)
            return self._check(cell)
        text = bare_number(cell)
        if not text.isdigit() and is_total_mark(text or clean(cells[0])):
            raise total_row()
        self._seen += 1
        if is_scientific(text):
            self._damaged += 1
        elif looks_rounded(text):
            self._rounded += 1
        return self._check(text)

    def look(self, cells: Sequence[str], defect: BadCell | None) -> None:
        """Judge the number of a row that is not read further."""
        with suppress(BadCell):
            self.read(cells, defect)

    def told(self, cells: Sequence[str]) -> str:
        """Return what stands for an order number in a bad row, '' if it is no such thing."""
        text = bare_number(cells[self.at]) if len(cells) > self.at else ""
        return text[:64] if text.isascii() and text.isprintable() else ""

    def bare(self, cell: str) -> str:
        """Return what a cell of the column says, without judging it."""
        usual = _USUAL.fullmatch(cell)
        return usual[1] if usual else bare_number(cell)

    def refuse_if_lost(self, file: str) -> None:
        """Raise OrderNumbersDamaged when a spreadsheet has rounded every number of the file."""
        if self._seen and self._damaged == self._seen:
            raise OrderNumbersDamaged(file)
        if self._seen >= _NO_CHANCE and self._damaged + self._rounded == self._seen:
            raise OrderNumbersDamaged(file)


def bare_number(cell: str) -> str:
    """Return an order number without the marks that export tools put around it as text."""
    return clean_code(clean_code(cell).strip(_TEXT_MARKS))


class CarriedNumbers(OrderNumbers):
    """Order numbers of a table in which only the first line of an order has one.

    `opens_order` says of a row without a number that it begins an order all the same: that
    order's number is lost, and so are the lines below it.
    """

    stands_in_every_row = False

    def __init__(
        self, at: int, check: Callable[[str], str], opens_order: Callable[[Sequence[str]], bool]
    ) -> None:
        super().__init__(at, check)
        self._opens_order, self._last = opens_order, ""

    def read(self, cells: Sequence[str], defect: BadCell | None) -> str:
        """Return the order number of a row or of the nearest row above. Raises BadCell."""
        if defect is None and self._last and self._follows(cells):
            return self._last
        self._last = ""
        if defect is None and not bare_number(cells[self.at]) and is_total_row(cells):
            raise total_row()
        self._last = super().read(cells, defect)
        return self._last

    def _follows(self, cells: Sequence[str]) -> bool:
        return not (bare_number(cells[self.at]) or is_total_mark(clean(cells[0]))
                    or self._opens_order(cells)
                    or is_total_row(cells))  # fmt: skip


def rejected(
    part: int, row: int, bad: BadCell, number: str, money: ReadMoney | None = None
) -> RowIssue:
    """Return the issue of a rejected row, with what could be read of its order's money."""
    return RowIssue(part, row, "rejected", bad.code, bad.message, number, *(money or ()))


class ReadMoney(NamedTuple):
    """What a bad row still says: business day of payment, and its money in fen as stated."""

    paid_on: date
    gross_fen: int
    refund_fen: int


def total_row() -> BadCell:
    """Return the refusal of a hand-made row of totals."""
    return BadCell("total_row", _("手工填写的合计行，不是订单。"))
