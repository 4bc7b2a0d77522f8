"""Brings the rows of one order together without holding all rows of a large file.

A small table is held until its end. Of a large one the rows of each order are counted in a walk
of their own; then an order is given as soon as its last row was read, so that only orders whose
rows stand apart wait in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from orders.intake.cells import BadCell
from orders.intake.numbers import OrderNumbers, rejected
from orders.intake.text_files import TextTable
from orders.rules.readings import RowIssue

# A table below this size is held whole: some 200,000 rows of a dozen filled cells.
HELD_BYTES = 40_000_000

Row = TypeVar("Row")


@dataclass(slots=True)
class OrderGroup(Generic[Row]):
    """The rows of one order, in file order: those that could be read, and the rejected ones.

    `number` is '' for rows that do not even tell their order: they come one by one.
    """

    number: str
    rows: list[Row] = field(default_factory=list)
    issues: list[RowIssue] = field(default_factory=list)


def order_groups(
    table: TextTable,
    numbers: OrderNumbers,
    read: Callable[[int, str, list[str]], Row],
    *,
    may_overrun: bool = False,
) -> Iterator[OrderGroup[Row]]:
    """Yield every order of a table, each once.

    `read` turns (row number, order number, cells and one empty cell more) into a row of the
    format; a row of which it raises BadCell is an issue of its order. Where numbers do
    not stand in every row the table is held whole: nothing says how many rows an order has.
    Raises what `TextTable.rows` and `OrderNumbers.refuse_if_lost` raise.
    """
    waiting: dict[str, OrderGroup[Row]] = {}
    is_held = not numbers.stands_in_every_row or table.text_bytes <= HELD_BYTES
    left = {} if is_held else _rows_of_orders(table, numbers)
    for place, cells, defect in table.rows(may_overrun=may_overrun):
        number, row, issue = "", None, None
        try:
            number = numbers.read(cells, defect)
            cells.append("")
            row = read(place, number, cells)
        except BadCell as bad:
            number = number or numbers.told(cells)
            issue = rejected(table.ordinal, place, bad, number)
            if not number:
                yield OrderGroup("", issues=[issue])
                continue
        group = waiting.get(number)
        if group is None:
            group = waiting[number] = OrderGroup(number)
        if issue is None:
            group.rows.append(row)  # type: ignore[arg-type]
        else:
            group.issues.append(issue)
        if left:
            left[number] = left.get(number, 0) - 1
            if left[number] == 0:
                del left[number]
                yield waiting.pop(number)
    numbers.refuse_if_lost(table.name)
    for number in list(waiting):
        yield waiting.pop(number)


def _rows_of_orders(table: TextTable, numbers: OrderNumbers) -> dict[str, int]:
    """Count the rows of each order."""
    counts: dict[str, int] = {}
    for cell, rows in table.count_cells(numbers.at).items():
        number = numbers.bare(cell)
        counts[number] = counts.get(number, 0) + rows
    return counts
