"""Decisions about orders that are in force, read in bulk for the writer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from operations.selectors.among import among
from operations.services.bulk import fetch_columns
from orders.rules.refund_corrections import Correction

_IN_FORCE = "state IN ('approved', 'revoking')"
# A duplicate counts again while the order that it repeats is withdrawn.
REPEATED_ORDER_STANDS = (
    "NOT EXISTS (SELECT 1 FROM orders_linkedorders k JOIN orders_order o ON o.id = k.order_id "
    "WHERE k.exclusion_id = orders_exclusiondecision.id AND o.is_withdrawn)"
)


@dataclass(slots=True)
class Decisions:
    """What people decided about one order, by line key; '' is the whole order.

    `exclusions` are reasons not to count, `refunds` corrected refunds.
    """

    exclusions: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, Correction] = field(default_factory=dict)

    def reason(self, line_key: str) -> str:
        """Return why a line is not counted, '' where no decision says so."""
        if not self.exclusions:
            return ""
        return self.exclusions.get(line_key) or self.exclusions.get("", "")


NO_DECISIONS = Decisions()


def decisions_of(order_ids: Collection[int]) -> Mapping[int, Decisions]:
    """Return the decisions in force by order; orders without any are left out."""
    found: dict[int, Decisions] = {}
    if not order_ids:
        return found
    condition, parameters = among("order_id", order_ids)
    for order_id, line_key, reason in fetch_columns(
        "SELECT order_id, line_key, reason FROM orders_exclusiondecision "
        f"WHERE {_IN_FORCE} AND {condition} AND {REPEATED_ORDER_STANDS}",
        parameters,
    ):
        found.setdefault(order_id, Decisions()).exclusions[line_key] = reason
    for order_id, line_key, reported, refunded in fetch_columns(
        "SELECT order_id, line_key, reported_fen, refunded_fen FROM orders_refundcorrection "
        f"WHERE {_IN_FORCE} AND {condition}",
        parameters,
    ):
        correction = Correction(reported, refunded)
        found.setdefault(order_id, Decisions()).refunds[line_key] = correction
    return found
