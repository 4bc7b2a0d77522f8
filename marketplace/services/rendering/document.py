"""The parts of a printed report, before any form: facts, sentences and tables of exact values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.money import yuan
from marketplace.rules import printing

# Rules know no framework: the footnote of marketplace.rules.printing is marked here.
_FOOTNOTE = gettext_noop("因四舍五入，分项之和与合计可能略有差异")

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
class Section:
    """A heading and the paragraphs under it."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report ready to be printed: everything is translated, nothing is formatted yet.

    `sections` are running text; they stand before the tables.
    """

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    headline: tuple[str, ...]
    warnings: tuple[str, ...]
    tables: tuple[Table, ...]
    definitions: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    sections: tuple[Section, ...] = ()


def footnote() -> str:
    """Return the footnote on rounding, with what this house adds: tables hold exact values."""
    return _("%(footnote)s；合计由精确值计算，表内金额精确到分。") % {
        "footnote": _(printing.FOOTNOTE)
    }


def printed(value: Value, kind: Kind) -> str:
    """Print one cell: yuan with two decimals, counts with separators, text as it is."""
    if isinstance(value, str):
        return value
    return yuan(value) if kind is Kind.YUAN else printing.count(value)
