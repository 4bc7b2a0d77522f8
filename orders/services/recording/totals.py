"""Counts and sums of a set of reports, as docs/decisions/0005-import-accounting.md defines them."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(slots=True)
class RecordedTotals:
    """What a set of reports amounts to. Money in fen, goods only unless named otherwise.

    orders = created + updated + unchanged; `unchanged` includes the `stale` ones. Freight and
    excluded amounts are net of refunds, as is `consumer_paid_fen`: what consumers paid for whole
    paid orders, freight and excluded lines in. `compensation_fen` stands beside all of them;
    `refunds_date_assumed` counts the orders that got a refund on a day that no source gave.
    """

    orders: int = 0
    lines: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    unmatched: int = 0
    gross_fen: int = 0
    refund_fen: int = 0
    freight_fen: int = 0
    excluded_fen: int = 0
    consumer_paid_fen: int = 0
    compensation_fen: int = 0
    refunds_date_assumed: int = 0

    def add(self, other: RecordedTotals) -> None:
        """Add the counts and sums of another set."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
