"""The rows of the sales ledger as plain values: what stands, what shall stand, what is new.

Pure. Amounts in fen, weights in grams (docs/decisions/0002-append-only-ledger.md).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from orders.rules.settlement import Shares, total_of

SALE, REFUND, CANCEL, CORRECTION = "sale", "refund", "cancel", "correction"
GROSS_SIDE, REFUND_SIDE = "gross", "refund"

# Line key and component: what sequences number, and what a line or a part of it stands by.
EntryKey = tuple[str, int]


class Frozen(NamedTuple):
    """The codes that an entry freezes, so that later changes of reference rows change nothing."""

    channel_class: str
    purchase_mode: str
    stage: str
    helper_district_code: str
    helper_evidence: str
    county_code: str
    producer_code: str
    sku_code: str
    is_certified: bool
    buyer_key: str
    buyer_kind: str
    beneficiary_unit_code: str
    reference_code: str
    channel_kind: str = ""
    payer_unit_code: str = ""
    bundle_sku_code: str = ""


class Amounts(NamedTuple):
    """The amount columns of one entry. Exactly one of amount, freight, excluded is in use."""

    quantity: int = 0
    amount_fen: int = 0
    consumer_paid_fen: int = 0
    subsidies: Shares = ()
    freight_fen: int = 0
    excluded_fen: int = 0
    weight_grams: int = 0

    @property
    def size_fen(self) -> int:
        """Return the money of this entry, whichever column holds it."""
        return self.amount_fen + self.freight_fen + self.excluded_fen

    @property
    def subsidy_fen(self) -> int:
        """Return the subsidy of all funders."""
        return total_of(self.subsidies)

    def negated(self) -> Amounts:
        """Return the same amounts with the opposite sign."""
        return Amounts(
            -self.quantity,
            -self.amount_fen,
            -self.consumer_paid_fen,
            tuple((funder, -fen) for funder, fen in self.subsidies),
            -self.freight_fen,
            -self.excluded_fen,
            -self.weight_grams,
        )


class Moment(NamedTuple):
    """When something happened in business terms; `is_assumed` when no source gave the date."""

    occurred_at: datetime
    event_date: date
    is_assumed: bool = False


class Standing(NamedTuple):
    """A ledger row that no reversal has taken back. Amounts are signed as stored."""

    entry_id: int
    kind: str
    side: str
    frozen: Frozen
    excluded_reason: str
    amounts: Amounts
    moment: Moment
    paid: Moment


class LineState(NamedTuple):
    """What the ledger shall say of one line: sold and cumulatively refunded, both >= 0.

    `component` is 0, or the ordinal of a part of a bundle; `refunded_on` dates what is newly
    refunded where the source dates the line itself.
    """

    line_key: str
    frozen: Frozen
    excluded_reason: str
    sold: Amounts
    refunded: Amounts
    component: int = 0
    refunded_on: Moment | None = None

    @property
    def key(self) -> EntryKey:
        """Return what the ledger numbers rows by."""
        return self.line_key, self.component


class NewEntry(NamedTuple):
    """A row to append. `corrects_id` names the row that it reverses or restates.

    `paid` is the order's payment as this row knows it: a reversal repeats what it reverses.
    """

    line_key: str
    kind: str
    side: str
    corrects_id: int | None
    frozen: Frozen
    excluded_reason: str
    amounts: Amounts
    moment: Moment
    paid: Moment
    component: int = 0


class Dates(NamedTuple):
    """The dates of an order's new rows: payment, and the refund that this report brings."""

    paid: Moment
    refunded: Moment
    refund_kind: str = REFUND
