"""An order as it will stand, and the ledger rows that it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from orders.rules.ledger_rows import EntryKey, NewEntry
from orders.rules.sale import Part, ReportedSale
from orders.rules.settlement import SettledLine, Settlement
from orders.selectors.helper_districts import UnitFacts
from orders.selectors.recorded import RecordedOrder
from products.selectors.catalogue import SkuFacts


class PlannedLine(NamedTuple):
    """One line of an order as it will stand. `source` names its raw row across imports.

    `excluded_reason` is '' for a line that counts, as far as decisions and titles say; the
    intermediate stage joins when the ledger is planned. `weight_grams` is of the whole line;
    `parts` are those of a bundle.
    """

    settled: SettledLine
    sku: SkuFacts | None
    excluded_reason: str
    is_missing: bool
    source: str
    beneficiary: UnitFacts | None
    weight_grams: int
    parts: tuple[Part, ...] = ()

    @property
    def sku_code(self) -> str:
        """The code of the matched SKU, '' for none."""
        return self.sku.sku_code if self.sku else ""

    @property
    def beneficiary_code(self) -> str:
        """The code of the 计入单位, or what the source states where it is not known yet."""
        return (
            self.beneficiary.code if self.beneficiary else self.settled.line.beneficiary_unit[:120]
        )


@dataclass(slots=True)
class PlannedOrder:
    """One order to be written, with the ledger rows that it needs.

    `reported` is the report as it came, `sale` what it comes to with recorded lines that it does
    not repeat and corrected refunds; `reported_refund_fen`, the subsidy that goes back with it
    (`reported_returned_fen`) and `reported_refunds` (by line) are the figures before correction.
    `source` and `last_import_id` say who reported the state; `entry_source` names a decision that
    speaks instead of the raw rows, '' where they speak themselves. `keeps_report`: only how the
    reported state counts changes, so that no revision of it is kept.
    """

    sale: ReportedSale
    reported: ReportedSale
    reported_refund_fen: int
    reported_returned_fen: int
    reported_refunds: Mapping[str, int]
    recorded: RecordedOrder | None
    settlement: Settlement
    lines: list[PlannedLine]
    fingerprint: str
    buyer_key: str
    reference_code: str
    payer: UnitFacts | None
    flags: list[str]
    source: str
    last_import_id: int | None
    entry_source: str = ""
    keeps_report: bool = False
    is_withdrawn: bool = False
    entries: list[NewEntry] = field(default_factory=list)
    next_sequence: dict[EntryKey, int] = field(default_factory=dict)

    @property
    def is_matched_anew(self) -> bool:
        """Whether a recorded line that is stated again has another SKU than it had."""
        return any(
            line.settled.line.goods is not None
            and line.settled.line.goods.sku_code != line.sku_code
            for line in self.lines
        )
