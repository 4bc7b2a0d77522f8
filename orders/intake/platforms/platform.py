"""What a platform's module says of its export; the shared machinery does the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from orders.intake.platforms.columns import Cells, Headers
from orders.intake.platforms.rows import Row

# Turns the cells of one row of a file into neutral rows: one but for joined cells.
RowReader = Callable[[Cells], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of table of a platform.

    `signs` are headers that only this platform writes: two of them make a file its own.
    `needs` are neutral names of columns; of a tuple of names one is enough. The order number
    is the column `number`.
    """

    signs: frozenset[str]
    headers: Headers
    needs: tuple[str | tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform's export.

    `order_number` checks a bare number, raising BadCell. `is_order_per_row`: a row is a whole
    order. `has_money_per_row`: amounts are those of the row's line, not of the order.
    `leaves_number_out`: rows after an order's first have no number. `holds_many_shops`: rows
    of other shops are set aside instead of refusing the file. `has_lines` is False where the
    rows do not say what each piece is.
    """

    code: str
    name: str
    orders: Sheet
    read_row: RowReader
    order_number: Callable[[str], str]
    details: Sheet | None = None
    read_detail: RowReader | None = None
    is_order_per_row: bool = False
    has_money_per_row: bool = False
    leaves_number_out: bool = False
    holds_many_shops: bool = False
    has_lines: bool = True
