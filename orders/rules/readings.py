"""What reading a set of files gives, whatever their format."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from common.spool import Spool
from orders.rules.sale import (
    ReportedContact,
    ReportedLine,
    ReportedSale,
    ReportedVoucher,
    StatedAmounts,
)

# What the simulator writes into every row's note: figures made of such rows say so.
SIMULATION_MARKER = "模拟数据"


def _no_sales() -> Spool[ReportedSale]:
    return Spool(
        plain=(ReportedSale, ReportedLine, StatedAmounts, ReportedVoucher, ReportedContact)
    )


@dataclass(slots=True)
class FileFacts:
    """One file as it was read.

    `table` is "orders", "details" or "items" (one row per item, the order repeated). `rows`
    counts data rows; blank ones are none. `blocks` holds the raw rows without contact
    columns: (first row, rows, zlib-compressed JSON list of objects by header, filled cells
    only). Row 1 is the first data row, and a row over several physical lines is one row.
    """

    ordinal: int
    name: str
    table: str
    sha256: str
    size_bytes: int
    encoding: str
    rows: int
    blocks: list[tuple[int, int, bytes]]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowIssue:
    """A row that was not accepted: where it stands, the verdict, and one sentence why.

    `verdict` is "rejected", "quarantined", "duplicate" or "flagged"; readers leave the last
    to the recorder, since the flags of an accepted order travel on its sale. `paid_on` (business
    day of payment), `gross_fen` (goods and freight) and `refund_fen` (returned subsidy included,
    where known) are what the row says of its order's money, None where it could not be read that
    far; rows of one order add up.
    """

    part: int
    row: int
    verdict: str
    code: str
    message: str
    order_number: str
    paid_on: date | None = None
    gross_fen: int | None = None
    refund_fen: int | None = None


@dataclass(slots=True)
class Reading:
    """The neutral content of one export, one or two files together.

    `sales` stand in the order of the order table, the many on disk. `orphans` are detail lines
    whose order is in none of the files: the recorder decides whether the order was recorded
    earlier, so they are neither in `accepted_rows` nor in `issues`. Rows of all files =
    accepted + rejected + quarantined + duplicate + orphans. Platform totals are the file's own,
    in fen, paid orders only, subsidy included, also the subsidy that goes back with a refund.
    `is_simulated`: the files come from the simulator. `format_version` is that of a taught
    format, 0 for a built-in one.
    """

    format: str
    files: list[FileFacts]
    sales: Spool[ReportedSale] = field(default_factory=_no_sales)
    orphans: dict[str, list[ReportedLine]] = field(default_factory=dict)
    issues: list[RowIssue] = field(default_factory=list)
    accepted_rows: int = 0
    platform_gross_fen: int = 0
    platform_refund_fen: int = 0
    is_simulated: bool = False
    format_version: int = 0
