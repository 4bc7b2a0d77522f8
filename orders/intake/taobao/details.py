"""Rows of Taobao's order detail: the items of orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from orders.intake.cells import Amounts, BadCell, clean, clean_code, empty_cell, pieces, whole_line
from orders.intake.numbers import rejected
from orders.intake.taobao import columns
from orders.intake.taobao.words import StatusWords
from orders.intake.text_files import TextTable
from orders.rules.line_keys import line_keys
from orders.rules.readings import RowIssue
from orders.rules.sale import ReportedLine
from orders.rules.states import OrderStatus

# What the columns of the order line hold; keys are made of the whole texts.
_LONGEST_TEXT = 300
_LONGEST_CODE = 80


@dataclass(frozen=True, slots=True)
class Item:
    """What item rows say but for the order: equal rows share one object. Prices in fen."""

    title: str
    attributes: str
    seller_code: str
    unit_price_fen: int
    quantity: int
    is_closed: bool

    @property
    def identity(self) -> tuple[str, str, int, int, bool]:
        """Return what names the line (docs/decisions/0004-lines-and-refunds.md)."""
        return self.title, self.attributes, self.unit_price_fen, self.quantity, self.is_closed


ItemRow = tuple[int, Item]  # row number, content


@dataclass(slots=True)
class DetailTable:
    """The read item rows of one file by order number, in file order.

    `broken` holds the orders of which an item row was rejected: their lines are incomplete.
    """

    part: int
    items: dict[str, list[ItemRow]] = field(default_factory=dict)
    issues: list[RowIssue] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)


class ItemRows:
    """Turns sound rows of a table with item columns into items.

    Rows come with one empty cell added at their end (see `columns.positions`).
    """

    def __init__(self, header: Sequence[str]) -> None:
        self._pick = itemgetter(*columns.positions(header, columns.ITEM_COLUMNS))
        self._amounts = Amounts()
        self._words = StatusWords()
        self._known: dict[tuple[str, ...], Item] = {}

    def item(self, cells: Sequence[str]) -> Item:
        """Read one row. Raises BadCell."""
        picked = self._pick(cells)
        known = self._known.get(picked)
        if known is None:
            known = self._known[picked] = self._read(*picked)
        return known

    def _read(
        self,
        title: str,
        attributes: str,
        code: str,
        outer_code: str,
        price: str,
        quantity: str,
        status: str,
    ) -> Item:
        if not clean(price):
            raise empty_cell("bad_amount", columns.ITEM_PRICE)
        unit_price_fen = self._amounts.fen(price, columns.ITEM_PRICE)
        count = pieces(quantity, columns.ITEM_PIECES)
        whole_line(unit_price_fen, count)
        return Item(
            title=clean(title),
            attributes=clean(attributes),
            seller_code=(clean_code(code) or clean_code(outer_code))[:_LONGEST_CODE],
            unit_price_fen=unit_price_fen,
            quantity=count,
            is_closed=bool(clean(status)) and self._words.status(status) is OrderStatus.CLOSED,
        )


class LineMaker:
    """Names and builds the lines of orders, sharing equal texts between them."""

    def __init__(self, part: int) -> None:
        self._part = part
        self._alone: dict[Item, list[str]] = {}
        self._texts: dict[str, str] = {}

    def lines(self, rows: Sequence[ItemRow]) -> list[ReportedLine]:
        """Return one line per item row, in the order of the rows; equal ones stay apart."""
        return [
            ReportedLine(
                line_key=key,
                title=item.title[:_LONGEST_TEXT],
                attributes=item.attributes[:_LONGEST_TEXT],
                seller_code=item.seller_code,
                unit_price_fen=item.unit_price_fen,
                quantity=item.quantity,
                list_fen=item.unit_price_fen * item.quantity,
                is_closed=item.is_closed,
                source=f"{self._part}:{row}",
            )
            for key, (row, item) in zip(self._keys(rows), rows, strict=True)
        ]

    def _keys(self, rows: Sequence[ItemRow]) -> list[str]:
        if len(rows) > 1:
            keys = line_keys([item.identity for _row, item in rows])
            return [self._texts.setdefault(key, key) for key in keys]
        item = rows[0][1]
        known = self._alone.get(item)
        if known is None:
            known = self._alone[item] = line_keys([item.identity])
        return known


def read_details(table: TextTable) -> DetailTable:
    """Read a whole order detail. Raises subclasses of FileRefused."""
    result = DetailTable(table.ordinal)
    numbers = columns.order_numbers(table.header)
    reader = ItemRows(table.header)
    # Detail rows end with one comma more than their header.
    for row, cells, defect in table.rows(may_overrun=True):
        number = ""
        try:
            number = numbers.read(cells, defect)
            cells.append("")
            item = reader.item(cells)
        except BadCell as bad:
            told = number or numbers.told(cells)
            result.broken.add(told)
            result.issues.append(rejected(table.ordinal, row, bad, told))
            continue
        result.items.setdefault(number, []).append((row, item))
    numbers.refuse_if_lost(table.name)
    return result
