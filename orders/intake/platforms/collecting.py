"""Collects the neutral rows of one table by order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from orders.errors import WrongShop
from orders.intake.cells import BadCell
from orders.intake.layouts import Shop
from orders.intake.numbers import OrderNumbers, rejected
from orders.intake.platforms.columns import Cells, Columns
from orders.intake.platforms.platform import Platform, RowReader, Sheet
from orders.intake.platforms.rows import Row
from orders.intake.text_files import TextTable
from orders.rules.readings import RowIssue


@dataclass(slots=True)
class RowTable:
    """The read rows of one file by order number, in file order.

    `broken` holds the orders of which a row was rejected, `foreign` those of other shops.
    """

    file: str
    part: int
    rows: dict[str, list[Row]] = field(default_factory=dict)
    issues: list[RowIssue] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)

    def orders(self) -> Iterator[tuple[str, list[Row]]]:
        """Hand out every order once with its rows, letting go of them."""
        for number in list(self.rows):
            yield number, self.rows.pop(number)


def read_table(
    table: TextTable, platform: Platform, sheet: Sheet, read_row: RowReader, shop: Shop
) -> RowTable:
    """Read a whole table. Raises subclasses of FileRefused."""
    result = RowTable(table.name, table.ordinal)
    cells = Cells(Columns(table.header, sheet.headers))
    numbers = order_numbers(cells.columns, platform)
    assert numbers is not None  # the layout was complete
    keeper = _Shops(platform, shop, result)
    last = ""
    for place, row, defect in table.rows():
        number = ""
        try:
            follows = platform.leaves_number_out and defect is None and numbers.is_empty(row)
            cells.take(place, last, row)
            if follows and last and not _opens_an_order(cells):
                number = last
            else:
                last = ""
                last = number = numbers.read(row, defect)
            cells.take(place, number, row)
            read = list(read_row(cells))
        except BadCell as bad:
            told = number or numbers.told(row)
            result.broken.add(told)
            result.issues.append(rejected(table.ordinal, place, bad, told))
            continue
        if keeper.keeps(read):
            result.rows.setdefault(number, []).extend(read)
    numbers.refuse_if_lost(table.name)
    keeper.refuse_if_none()
    return result


def order_numbers(columns: Columns, platform: Platform) -> OrderNumbers | None:
    """Return the reader of a file's order numbers, None where it has no such column."""
    places = columns.places["number"]
    return OrderNumbers(places[0], platform.order_number) if places else None


def _opens_an_order(cells: Cells) -> bool:
    """Say whether a row without a number still states a status: its own number is lost."""
    return bool(cells.text("status"))


class _Shops:
    """Compares the shops that rows name with the sales point's."""

    def __init__(self, platform: Platform, shop: Shop, result: RowTable) -> None:
        self._sorts_out, self._own, self._result = platform.holds_many_shops, shop.name, result
        self._kept = False
        self._other: tuple[int, str] | None = None

    def keeps(self, rows: Sequence[Row]) -> bool:
        """Say whether the rows are the shop's own. Raises WrongShop unless shops are sorted out."""
        named = next(iter(rows)).shops
        if not self._own or not any(named) or self._own in named:
            self._kept = True
            return True
        first, found = rows[0], next(filter(None, named))
        if not self._sorts_out:
            raise self._wrong(first.row, found)
        self._other = self._other or (first.row, found)
        self._result.foreign.add(first.number)
        self._result.issues.append(_other_shop(self._result.part, first, found))
        return False

    def refuse_if_none(self) -> None:
        """Raise WrongShop when rows name shops and none is the sales point's."""
        if self._other and not self._kept:
            raise self._wrong(*self._other)

    def _wrong(self, row: int, found: str) -> WrongShop:
        return WrongShop(self._result.file, row=row, found=found, expected=self._own)


def _other_shop(part: int, row: Row, found: str) -> RowIssue:
    message = _("属于另一家店铺“%s”，待匹配。") % found
    return RowIssue(part, row.row, "quarantined", "other_shop", message, row.number)


def repeated(part: int, rows: Iterable[int], number: str) -> list[RowIssue]:
    """Return the issues of rows that say again what another row says."""
    message = _("同一订单行在文件中重复出现，只计一次。")
    return [RowIssue(part, row, "duplicate", "line_repeated", message, number) for row in rows]
