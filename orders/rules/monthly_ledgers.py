"""A monthly ledger (台账) as read: sums by month, county and category, not orders. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of a ledger. Both days of the period are included, money is in fen.

    `row` counts the filled rows below the header. What names something is as the file has it:
    a code or a name, '' where the row says nothing.
    """

    row: int
    first_day: date
    last_day: date
    amount_fen: int
    sales_point: str = ""
    unit: str = ""
    district: str = ""
    county: str = ""
    category: str = ""
    channel_class: str = ""
    purchase_mode: str = ""
    quantity: int | None = None
    quantity_unit: str = ""


@dataclass(frozen=True, slots=True)
class LedgerIssue:
    """Why a row of a ledger is not taken: a stable code and a sentence."""

    row: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """A whole ledger: the rows that could be read, and why the others could not.

    `sha256` is of the file as it came.
    """

    name: str
    sha256: str
    rows: tuple[LedgerRow, ...]
    issues: tuple[LedgerIssue, ...] = ()

    @property
    def amount_fen(self) -> int:
        """Return the sum of the rows that could be read, in fen."""
        return sum(row.amount_fen for row in self.rows)
