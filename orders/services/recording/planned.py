"""An order as it will stand, and the ledger rows that it needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from orders.rules.ledger import NewEntry
from orders.rules.sale import ReportedSale
from orders.rules.settlement import SettledLine, Settlement
from orders.selectors.recorded import RecordedOrder
from products.selectors.catalogue import SkuFacts


class PlannedLine(NamedTuple):
    """One line of an order as it will stand. `source` names its raw row across imports."""

    settled: SettledLine
    sku: SkuFacts | None
    excluded_reason: str
    is_missing: bool
    source: str


@dataclass(slots=True)
class PlannedOrder:
    """One order to be written, with the ledger rows that it needs."""

    sale: ReportedSale
    recorded: RecordedOrder | None
    settlement: Settlement
    lines: list[PlannedLine]
    fingerprint: str
    buyer_key: str
    reference_code: str
    flags: list[str]
    entries: list[NewEntry] = field(default_factory=list)
    next_sequence: dict[str, int] = field(default_factory=dict)
