"""What an operator teaches of a format: which of its columns is which of ours.

Pure. Source: docs/decisions/0022-taught-formats-and-monthly-ledgers.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Our columns without which no order can be read; one of GOODS says what was sold.
NEEDED = ("order_number", "paid_at", "quantity", "amount")
GOODS = ("sku_code", "title")
# What a first row says for the whole order, where the next ones leave it empty.
OF_THE_ORDER = (
    *("order_number", "placed_at", "paid_at", "status", "buyer"),
    *("freight", "compensation", "compensated_at"),
)
# Money that some tables state for one piece instead of the whole line.
MAYBE_PER_PIECE = ("list", "amount")


@dataclass(frozen=True, slots=True)
class TaughtDefinition:
    """One version of a taught format.

    `columns` are our columns of generic files by the header that stands for each; the format
    is known by having all of these headers. `platform` is that of the sales points which take
    it unasked, '' those without a platform; everybody else must then ask for it. Money is in
    yuan unless `is_in_fen`, of the whole line unless its column is `per_piece`. `status_words`
    lead from the words of the files to our statuses, `fixed` says what no file says. Where a
    format `fills_down`, only the first row of an order says what is the whole order's.
    """

    code: str
    version: int
    name: str
    platform: str
    columns: Mapping[str, str]
    is_in_fen: bool = False
    per_piece: frozenset[str] = frozenset()
    status_words: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    fills_down: bool = False

    def missing(self) -> tuple[str, ...]:
        """Return what no order can be read without: our columns, `sku_code` for the goods."""
        said = self.columns.keys() | self.fixed.keys()
        missing = [name for name in NEEDED if name not in said]
        if not any(name in said for name in GOODS):
            missing.append(GOODS[0])
        return tuple(missing)
