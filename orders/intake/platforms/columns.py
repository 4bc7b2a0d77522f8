"""Columns of platform exports by neutral names, and the cells of a row below them.

Headers are compared without blanks, case, the width of brackets and a unit of yuan or pieces.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from orders.intake.cells import (
    Amounts,
    Remembered,
    buyer_key,
    clean,
    clean_code,
    contact_of,
    day_or_moment,
    empty_cell,
    moment,
    pieces,
    signed_yuan,
)
from orders.intake.numbers import bare_number
from orders.intake.platforms.rows import Line
from orders.rules.sale import ReportedContact

# Neutral name: its headers, the preferred one first; none where the platform has no such column.
Headers = Mapping[str, tuple[str, ...]]

_UNIT = re.compile(r"\((元|件|个)\)$")
_LONGEST_CODE = 80
# More different lines than that do not repeat.
_MOST_LINES = 20_000


def plain(header: str) -> str:
    """Return a header in the spelling in which headers are compared."""
    bare = "".join(header.casefold().replace("（", "(").replace("）", ")").split())
    return _UNIT.sub("", bare)


def repeated_headers(header: Sequence[str], headers: Headers) -> tuple[str, ...]:
    """Return the known headers that stand over more than one column."""
    used = {plain(text) for texts in headers.values() for text in texts}
    spelled = [plain(text) for text in header]
    twice = {text for text in spelled if text in used and spelled.count(text) > 1}
    return tuple(
        dict.fromkeys(text for text, bare in zip(header, spelled, strict=True) if bare in twice)
    )


class Columns:
    """Where each neutral name stands in one header: places by preference, none if absent."""

    def __init__(self, header: Sequence[str], headers: Headers) -> None:
        spelled = [plain(text) for text in header]
        self.places: dict[str, tuple[int, ...]] = {
            name: tuple(spelled.index(plain(text)) for text in texts if plain(text) in spelled)
            for name, texts in headers.items()
        }
        # For messages: the file's own header, else the usual one.
        self.titles = {
            name: header[places[0]] if places else next(iter(headers[name]), name)
            for name, places in self.places.items()
        }


class Cells:
    """One row after another by neutral names. Every reading method raises BadCell."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.row, self.number = 0, ""
        self._cells: Sequence[str] = ()
        self._flags: list[str] = []
        self._amounts = Amounts()
        self._texts: Remembered[str] = Remembered(clean)
        self._lines: dict[tuple[str, str, str, int, int, int], Line] = {}

    def take(self, row: int, number: str, cells: Sequence[str]) -> None:
        """Go to a row."""
        self.row, self.number, self._cells, self._flags = row, number, cells, []

    @property
    def flags(self) -> tuple[str, ...]:
        """Return what reading the row's times had to take on trust."""
        return tuple(dict.fromkeys(self._flags))

    def has(self, name: str) -> bool:
        """Say whether the file has such a column."""
        return bool(self.columns.places[name])

    def text(self, name: str) -> str:
        """Read the first filled cell of a column and its alternatives, '' for none."""
        for place in self.columns.places[name]:
            if text := self._texts[self._cells[place]]:
                return text
        return ""

    def code(self, name: str) -> str:
        """Read a code: invisible marks inside it go as well."""
        return clean_code(self.text(name))[:_LONGEST_CODE]

    def bare_number(self, name: str) -> str:
        """Read a number without the marks that export tools put around it as text."""
        return bare_number(self.text(name))

    def fen(self, name: str) -> int:
        """Read an amount of yuan, 0 for an empty cell."""
        return self._amounts.fen(self.text(name), self.columns.titles[name])

    def needed_fen(self, name: str) -> int:
        """Read an amount of yuan that must be there."""
        if not self.text(name):
            raise empty_cell("bad_amount", self.columns.titles[name])
        return self.fen(name)

    def stated_fen(self, name: str) -> int | None:
        """Read an amount of yuan, None for an empty cell."""
        return self.fen(name) if self.text(name) else None

    def signed_fen(self, name: str) -> int:
        """Read an amount of yuan that may be below 0, 0 for an empty cell."""
        return signed_yuan(self.text(name), self.columns.titles[name])

    def pieces(self, name: str) -> int:
        """Read a quantity."""
        return pieces(self.text(name), self.columns.titles[name])

    def moment(self, name: str) -> datetime | None:
        """Read a time; minutes alone are flagged."""
        for place in self.columns.places[name]:
            found, exact = moment(self._cells[place], self.columns.titles[name])
            if not exact:
                self._flags.append("time_without_seconds")
            if found:
                return found
        return None

    def day_or_moment(self, name: str) -> datetime | None:
        """Read a time or a day, the latter at 00:00 and flagged."""
        found, flag = day_or_moment(self.text(name), self.columns.titles[name])
        if flag:
            self._flags.append(flag)
        return found

    def line(self, unit_price_fen: int, quantity: int, list_fen: int) -> Line:
        """Return what the row sells; rows that sell the same share one object."""
        named = self.text("title"), self.text("attributes"), self.code("seller_code")
        key = (*named, unit_price_fen, quantity, list_fen)
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= _MOST_LINES:
                self._lines.clear()
            line = self._lines[key] = Line(*key)
        return line

    def buyer(self, *names: str) -> str:
        """Read the first buyer that can serve as a key, '' for none."""
        return next((key for key in (buyer_key(self.text(name)) for name in names) if key), "")

    def contact(self, name: str, phones: str, *address: str) -> ReportedContact | None:
        """Read who receives the order; what is masked or encrypted is not there."""
        return contact_of(self.text(name), self.text(phones), [self.text(part) for part in address])

    def raw(self, name: str) -> list[tuple[int, str]]:
        """Return (place, cleaned cell) of a column and its alternatives."""
        return [(place, clean(self._cells[place])) for place in self.columns.places[name]]

    def with_cells(self, changed: Mapping[int, str]) -> Cells:
        """Return the same row with other cells at some places."""
        twin = Cells(self.columns)
        cells = [changed.get(place, cell) for place, cell in enumerate(self._cells)]
        twin.take(self.row, self.number, cells)
        return twin
