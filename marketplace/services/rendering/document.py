"""The parts of a printed report, before any form: facts, sentences and tables of exact values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from common.money import yuan

Value = str | int


class Kind(Enum):
    """What a column holds: text, a count, or money in fen that is printed in yuan."""

    TEXT = "text"
    COUNT = "count"
    YUAN = "yuan"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and what it holds."""

    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """A table of exact values.

    `codes` runs beside `rows` and names what a row stands for; `drill` is the filter of the
    order lines that it opens into ('' for none). `total` has a cell per column, '' where counts
    must not be added up.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] | None = None
    note: str = ""
    codes: tuple[str, ...] = ()
    drill: str = ""

    def shortened(self, most: int, rest: str) -> Table:
        """Return at most `most` rows and one row `rest` with the money of the others.

        Counts of the others are left empty: an order may stand in several rows.
        """
        if len(self.rows) <= most + 1:
            return self
        others = self.rows[most:]
        sums: list[Value] = [
            sum(int(row[place]) for row in others) if column.kind is Kind.YUAN else ""
            for place, column in enumerate(self.columns)
        ]
        sums[0] = rest
        return replace(self, rows=(*self.rows[:most], tuple(sums)), codes=self.codes[:most])


@dataclass(frozen=True, slots=True)
class Document:
    """A report ready to be printed: everything is translated, nothing is formatted yet."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    headline: tuple[str, ...]
    warnings: tuple[str, ...]
    tables: tuple[Table, ...]
    definitions: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def printed(value: Value, kind: Kind) -> str:
    """Print one cell: yuan with two decimals, counts with separators, text as it is."""
    if isinstance(value, str):
        return value
    return yuan(value) if kind is Kind.YUAN else f"{value:,}"
