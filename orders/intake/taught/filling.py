"""Orders of which only the first row says what is the whole order's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orders.intake.cells import BadCell, clean, is_total_mark
from orders.intake.numbers import OrderNumbers, total_row


class FilledNumbers(OrderNumbers):
    """Fills what a row leaves empty of its order from the row above, then reads its number.

    `places` are the columns that are the whole order's, the number's among them. Only a row
    without a number is filled: it belongs to the order above.
    """

    stands_in_every_row = False

    def __init__(self, at: int, check: Callable[[str], str], places: Sequence[int]) -> None:
        super().__init__(at, check)
        self._places = places
        self._above: dict[int, str] = {}

    def read(self, cells: Sequence[str], defect: BadCell | None) -> str:
        """Return the order number of a row, filled in place. Raises BadCell."""
        if _is_total(cells):
            raise total_row()
        if defect is None and isinstance(cells, list):
            self._fill(cells)
        return super().read(cells, defect)

    def told(self, cells: Sequence[str]) -> str:
        """Return the order that a bad row belongs to: its own, else the one above."""
        if _is_total(cells):
            return ""
        return super().told(cells) or super().told(self._above_cells())

    def _fill(self, cells: list[str]) -> None:
        if clean(cells[self.at]):
            self._above = {place: cells[place] for place in self._places}
            return
        for place, cell in self._above.items():
            if not clean(cells[place]):
                cells[place] = cell

    def _above_cells(self) -> list[str]:
        return [self._above.get(place, "") for place in range(self.at + 1)]


def _is_total(cells: Sequence[str]) -> bool:
    """Say whether the first filled cell opens a hand-made row of totals."""
    return is_total_mark(next(filter(None, map(clean, cells)), ""))
