"""Rows of Taobao's order detail: the items of orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from orders.intake.cells import Amounts, BadCell, clean, clean_code, empty_cell, pieces, whole_line
from orders.intake.taobao import columns
from orders.intake.taobao.numbers import OrderNumbers, rejected
from orders.intake.taobao.words import StatusWords
from orders.intake.text_files import TextTable
from orders.rules.line_keys import line_keys
from orders.rules.readings import RowIssue
from orders.rules.sale import ReportedLine
from orders.rules.states import OrderStatus

# What the columns of the order line hold; keys are made of the whole texts.
_LONGEST_TEXT = 300
_LONGEST_CODE = 80


@dataclass(slots=True)
class Item:
    """One item row, read. Prices in fen."""

    row: int
    title: str
    attributes: str
    seller_code: str
    unit_price_fen: int
    quantity: int
    is_closed: bool


@dataclass(slots=True)
class DetailTable:
    """The read item rows of one file by order number, in file order.

    `broken` holds the orders of which an item row was rejected: their lines are incomplete.
    """

    part: int
    items: dict[str, list[Item]] = field(default_factory=dict)
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
        self._texts: dict[str, str] = {}

    def item(self, row: int, cells: Sequence[str]) -> Item:
        """Read one row. Raises BadCell."""
        title, attributes, code, outer_code, price, quantity, status = self._pick(cells)
        if not clean(price):
            raise empty_cell("bad_amount", columns.ITEM_PRICE)
        unit_price_fen = self._amounts.fen(price, columns.ITEM_PRICE)
        count = pieces(quantity, columns.ITEM_PIECES)
        whole_line(unit_price_fen, count)
        return Item(
            row=row,
            title=self._text(title),
            attributes=self._text(attributes),
            seller_code=self._code(code) or self._code(outer_code),
            unit_price_fen=unit_price_fen,
            quantity=count,
            is_closed=bool(clean(status)) and self._words.status(status) is OrderStatus.CLOSED,
        )

    def _text(self, cell: str) -> str:
        known = self._texts.get(cell)
        if known is None:
            known = self._texts[cell] = clean(cell)
        return known

    def _code(self, cell: str) -> str:
        return clean_code(self._text(cell))[:_LONGEST_CODE]


class LineMaker:
    """Names and builds the lines of orders, sharing equal texts between them."""

    def __init__(self, part: int) -> None:
        self._part = part
        self._keys: dict[str, str] = {}

    def lines(self, items: Sequence[Item]) -> list[ReportedLine]:
        """Return one line per item, in the order of the items; equal ones stay apart."""
        keys = line_keys(
            [
                (item.title, item.attributes, item.unit_price_fen, item.quantity, item.is_closed)
                for item in items
            ]
        )
        return [
            ReportedLine(
                line_key=self._keys.setdefault(key, key),
                title=item.title[:_LONGEST_TEXT],
                attributes=item.attributes[:_LONGEST_TEXT],
                seller_code=item.seller_code,
                unit_price_fen=item.unit_price_fen,
                quantity=item.quantity,
                list_fen=item.unit_price_fen * item.quantity,
                is_closed=item.is_closed,
                source=f"{self._part}:{item.row}",
            )
            for key, item in zip(keys, items, strict=True)
        ]


def read_details(table: TextTable) -> DetailTable:
    """Read a whole order detail. Raises subclasses of FileRefused."""
    result = DetailTable(table.ordinal)
    numbers = OrderNumbers(table.header)
    reader = ItemRows(table.header)
    # Detail rows end with one comma more than their header.
    for row, cells, defect in table.rows(may_overrun=True):
        number = ""
        try:
            number = numbers.read(cells, defect)
            cells.append("")
            item = reader.item(row, cells)
        except BadCell as bad:
            result.broken.add(number)
            told = number or numbers.told(cells)
            result.issues.append(rejected(table.ordinal, row, bad, told))
            continue
        result.items.setdefault(number, []).append(item)
    numbers.refuse_if_lost(table.name)
    return result
