"""Collects the neutral rows of one table by order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from orders.errors import WrongShop
from orders.intake.cells import clean
from orders.intake.grouping import OrderGroup, order_groups
from orders.intake.layouts import Shop
from orders.intake.numbers import CarriedNumbers, OrderNumbers
from orders.intake.platforms.columns import Cells, Columns
from orders.intake.platforms.platform import Platform, RowReader, Sheet
from orders.intake.platforms.rows import Row
from orders.intake.text_files import TextTable
from orders.rules.readings import RowIssue


class OrderRows:
    """The rows of one table, order by order. Raises subclasses of FileRefused on the way.

    `foreign` holds the orders of other shops, complete when all orders were given.
    """

    def __init__(
        self, table: TextTable, platform: Platform, sheet: Sheet, read: RowReader, shop: Shop
    ) -> None:
        self.file, self.part = table.name, table.ordinal
        self.foreign: set[str] = set()
        self._table, self._platform, self._read, self._own = table, platform, read, shop.name
        self._cells = Cells(Columns(table.header, sheet.headers))

    def __iter__(self) -> Iterator[OrderGroup[Row]]:
        """Yield each order once, without the rows of other shops, which are among its issues."""
        numbers = order_numbers(self._cells.columns, self._platform)
        assert numbers is not None  # the layout was complete
        kept, other = False, None
        for group in order_groups(self._table, numbers, self._read_row):
            order = OrderGroup[Row](group.number, issues=list(group.issues))
            for rows in group.rows:
                found = self._other_shop(rows)
                if found is None:
                    order.rows += rows
                    continue
                other = other or (rows[0].row, found)
                self.foreign.add(group.number)
                order.issues.append(_set_aside(self.part, rows[0], found))
            kept = kept or bool(order.rows)
            yield order
        if other and not kept:
            raise self._wrong_shop(*other)

    def _read_row(self, place: int, number: str, cells: Sequence[str]) -> Sequence[Row]:
        self._cells.take(place, number, cells)
        rows = tuple(self._read(self._cells))
        if not self._platform.holds_many_shops and (found := self._other_shop(rows)) is not None:
            raise self._wrong_shop(rows[0].row, found)
        return rows

    def _other_shop(self, rows: Sequence[Row]) -> str | None:
        """Return the shop that a row names, None for the sales point's own and for no name."""
        named = [name for name in rows[0].shops if name]
        return named[0] if self._own and named and self._own not in named else None

    def _wrong_shop(self, row: int, found: str) -> WrongShop:
        return WrongShop(self.file, row=row, found=found, expected=self._own)


def order_numbers(columns: Columns, platform: Platform) -> OrderNumbers | None:
    """Return the reader of a file's order numbers, None where it has no such column."""
    places = columns.places["number"]
    if not places:
        return None
    if not platform.leaves_number_out:
        return OrderNumbers(places[0], platform.order_number)
    status = columns.places["status"]
    return CarriedNumbers(
        places[0], platform.order_number, lambda cells: any(clean(cells[at]) for at in status)
    )


def _set_aside(part: int, row: Row, found: str) -> RowIssue:
    message = _("属于另一家店铺“%s”，待匹配。") % found
    return RowIssue(part, row.row, "quarantined", "other_shop", message, row.number)


def repeated(part: int, rows: Iterable[int], number: str) -> list[RowIssue]:
    """Return the issues of rows that say again what another row says."""
    message = _("同一订单行在文件中重复出现，只计一次。")
    return [RowIssue(part, row, "duplicate", "line_repeated", message, number) for row in rows]
