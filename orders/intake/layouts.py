"""What the header of a file says about how to read it, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from orders.intake.numbers import OrderNumbers
from orders.intake.text_files import TextTable
from orders.rules.readings import Reading


class Table(StrEnum):
    """What one row of a file stands for."""

    ORDERS = "orders"
    DETAILS = "details"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read a table: what it is, which needed columns it lacks, which stand twice.

    `raw_columns` are the headers whose cells may be kept as raw rows; None = all but the
    contact columns that platforms are known to write.
    """

    table: Table
    missing: tuple[str, ...]
    repeated: tuple[str, ...]
    raw_columns: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    """The sales point's shop on its platform, '' where unknown."""

    shop_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Format:
    """One file format: known by its headers alone, read by its own package.

    `platforms` are those of the sales points that take it unasked; a format that
    `fits_anywhere` is taken by every sales point when it is asked for by its code.
    `recognise` gives None for the header of another format. `numbers` gives the reader of
    the order numbers, None where the header has no such column. `read` reads complete
    tables, each kind at most once, and fills the reading; it may raise FileRefused. `version`
    is that of a taught format, 0 for a built-in one.
    """

    code: str
    name: str
    platforms: frozenset[str]
    fits_anywhere: bool
    recognise: Callable[[Sequence[str]], Layout | None]
    numbers: Callable[[Sequence[str]], OrderNumbers | None]
    read: Callable[[Mapping[Table, TextTable], Shop, Reading], None]
    version: int = 0

    def is_taken_at(self, platform: str, asked: str) -> bool:
        """Say whether a sales point of `platform` takes this format, `asked` for or "auto"."""
        return platform in self.platforms or (self.fits_anywhere and asked == self.code)
