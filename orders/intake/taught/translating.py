"""The rows of a taught format in the words and measures of generic files."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from orders.intake.cells import Amounts, BadCell, clean, whole_line
from orders.intake.generic import words
from orders.intake.generic.columns import MONEY, NAMES, Columns, plain_header
from orders.rules.taught import MAYBE_PER_PIECE, TaughtDefinition


def columns_of(definition: TaughtDefinition, header: Sequence[str]) -> Columns:
    """Find our columns under the headers of a taught format; messages use its own headers."""
    places = {plain_header(text): place for place, text in enumerate(header)}
    absent = len(header)
    place = {
        name: places.get(plain_header(definition.columns[name]), absent)
        if name in definition.columns
        else absent
        for name in NAMES
    }
    amounts = {name: Amounts(in_fen=definition.is_in_fen) for name in MONEY}
    return Columns(place, {**NAMES, **definition.columns}, amounts)


class Translation:
    """Turns the cells of a row into those that `RowReader` takes under `columns`."""

    def __init__(self, definition: TaughtDefinition, header: Sequence[str]) -> None:
        self.columns = columns_of(definition, header)
        # A row comes with one empty cell at its end; what is fixed stands behind it.
        behind = len(header) + 1
        self._fixed = list(definition.fixed.values())
        self.columns.place.update({name: behind + at for at, name in enumerate(definition.fixed)})
        self._status_words = definition.status_words
        self._status_at = self.columns.place["status"]
        self._quantity_at = self.columns.place["quantity"]
        self._per_piece = [name for name in MAYBE_PER_PIECE if name in definition.per_piece]
        self._is_in_fen = definition.is_in_fen

    def translate(self, cells: list[str]) -> list[str]:
        """Return a row's cells, translated in place. Raises BadCell."""
        cells += self._fixed
        if self._status_words:
            word = clean(cells[self._status_at])
            cells[self._status_at] = self._status_words.get(word, word)
        if self._per_piece:
            self._multiply(cells)
        return cells

    def _multiply(self, cells: list[str]) -> None:
        """State prices of one piece for the whole line."""
        told = self.columns.headers
        pieces, grams = words.quantity(cells[self._quantity_at], told["quantity"])
        for name in self._per_piece:
            place = self.columns.place[name]
            if not clean(cells[place]):
                continue
            if grams:
                raise BadCell(
                    "price_of_weight",
                    _("“%(column)s”是单价，而数量是重量，无法算出整行金额。")
                    % {"column": told[name]},
                )
            fen = self.columns.amounts[name].fen(cells[place], told[name])
            cells[place] = self._written(whole_line(fen, pieces))

    def _written(self, fen: int) -> str:
        return str(fen) if self._is_in_fen else f"{fen // 100}.{fen % 100:02d}"
