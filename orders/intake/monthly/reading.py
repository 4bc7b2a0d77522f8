"""Reads a monthly ledger: titles above the header, merged months, rows of totals that must fit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from common.money import yuan
from orders.errors import (
    DuplicateHeaders,
    LedgerTooLong,
    LedgerTotalsDiffer,
    LedgerUnitUnclear,
    MissingColumns,
)
from orders.intake.cells import BadCell, clean, is_total_mark
from orders.intake.monthly import cells as read
from orders.intake.monthly.columns import (
    FEN_OF_YUAN,
    NAMES,
    LedgerColumns,
    columns_of,
    is_ledger_header,
)
from orders.intake.recognising import opened_tables
from orders.intake.text_files import TextTable
from orders.rules.monthly_ledgers import Ledger, LedgerIssue, LedgerRow

# Sixteen counties by a few categories by some months.
MOST_ROWS = 1000
# What people write below a table.
_NOTE = re.compile(
    r"^(填表|制表|填报|审核|负责人|经办|联系人|备注|注[：:]|说明|盖章|日期|单位负责)"
)
# What a merged cell says for the rows below it.
_NAMING = ("month", "sales_point", "unit", "district", "county", "category")
_MERGED = ("month", "first_day", "last_day", "sales_point", "unit")


def read_ledger(path: Path) -> Ledger:
    """Read a ledger from a workbook or a text table. Raises subclasses of FileRefused.

    A row that cannot be read is an issue; totals that differ from their rows refuse the file.
    """
    with opened_tables([path], is_ledger_header) as (table,):
        columns = columns_of(table.header)
        if columns.repeated:
            raise DuplicateHeaders(table.name, columns="、".join(columns.repeated))
        if columns.missing:
            raise MissingColumns(table.name, columns="、".join(columns.missing))
        return _Reader(table, columns).read()


class _Reader:
    """Walks one ledger, remembering what merged cells say and what the totals must be."""

    def __init__(self, table: TextTable, columns: LedgerColumns) -> None:
        self._table, self._columns = table, columns
        self._fen_of_one = columns.fen_of_one or self._from_titles()
        self._above: dict[str, str] = {}
        self._rows: list[LedgerRow] = []
        self._issues: list[LedgerIssue] = []
        self._block_fen = 0

    def read(self) -> Ledger:
        after_total = False
        for row, cells, defect in self._table.rows():
            if row > MOST_ROWS:
                raise LedgerTooLong(self._table.name, most=f"{MOST_ROWS:,}")
            first = next(filter(None, map(clean, cells)), "")
            if any(map(is_total_mark, [first, *self._words(cells)])):
                self._check_total(row, cells)
                after_total = True
                continue
            if self._is_note(first, cells, after_total=after_total):
                continue
            try:
                if defect is not None:
                    raise defect
                self._add(self._row(row, cells))
            except BadCell as bad:
                self._issues.append(LedgerIssue(row, bad.code, bad.message))
        return Ledger(self._table.name, self._table.sha256, tuple(self._rows), tuple(self._issues))

    def _words(self, cells: Sequence[str]) -> list[str]:
        """Return what stands where a row names its month, its declarer or its goods."""
        places = (self._columns.place.get(name, len(cells)) for name in _NAMING)
        return [clean(cells[at]) for at in places if at < len(cells)]

    def _add(self, row: LedgerRow) -> None:
        self._rows.append(row)
        self._block_fen += row.amount_fen

    def _row(self, row: int, cells: Sequence[str]) -> LedgerRow:
        place, told = self._columns.place, self._columns.headers
        cell = {name: cells[place[name]] if name in place else "" for name in NAMES}
        for name in _MERGED:
            if clean(cell[name]):
                self._above[name] = cell[name]
            cell[name] = self._above.get(name, "")
        if "month" in place:
            first_day, last_day = read.month(cell["month"], told["month"])
        else:
            first_day = read.day(cell["first_day"], told["first_day"])
            last_day = read.day(cell["last_day"], told["last_day"])
        quantity, quantity_unit = read.quantity(
            cell["quantity"], cell["quantity_unit"], told["quantity"]
        )
        return LedgerRow(
            row=row,
            first_day=first_day,
            last_day=last_day,
            amount_fen=read.amount_fen(cell["amount"], told["amount"], self._fen_of_one),
            sales_point=clean(cell["sales_point"]),
            unit=clean(cell["unit"]),
            district=clean(cell["district"]),
            county=read.county(cell["county"], told["county"]) if "county" in place else "",
            category=clean(cell["category"]),
            channel_class=read.channel_class(cell["channel_class"]),
            purchase_mode=read.purchase_mode(cell["purchase_mode"]),
            quantity=quantity,
            quantity_unit=quantity_unit,
        )

    def _check_total(self, row: int, cells: Sequence[str]) -> None:
        """Refuse a total that is neither that of its block nor that of all rows above it.

        Where a row above cannot be read, the sum is unknown: its own issue is said instead.
        """
        at = self._columns.place["amount"]
        text = cells[at] if at < len(cells) else ""
        if not self._issues:
            whole_fen = sum(each.amount_fen for each in self._rows)
            try:
                stated_fen = read.amount_fen(text, NAMES["amount"], self._fen_of_one)
            except BadCell as bad:
                self._issues.append(LedgerIssue(row, bad.code, bad.message))
                return
            if stated_fen not in (self._block_fen, whole_fen):
                raise LedgerTotalsDiffer(
                    self._table.name, row=row, stated=yuan(stated_fen), summed=yuan(whole_fen)
                )
        self._block_fen = 0

    def _is_note(self, first: str, cells: Sequence[str], *, after_total: bool) -> bool:
        """Say whether a row is what people write below a table: a note, a signature."""
        named = ("amount", "quantity", "county", "category")
        places = (self._columns.place.get(name, len(cells)) for name in named)
        if any(clean(cells[at]) for at in places if at < len(cells)):
            return bool(_NOTE.match(first)) and after_total
        return after_total or bool(_NOTE.match(first))

    def _from_titles(self) -> int:
        """Take bare amounts for yuan, unless a title speaks of another unit."""
        above = self._table.heads[: self._table.heads.index(self._table.header)]
        if any("万元" in cell for head in above for cell in head):
            raise LedgerUnitUnclear(self._table.name)
        return FEN_OF_YUAN
