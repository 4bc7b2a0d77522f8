"""The states of an order, in the only direction in which reports move them."""

from __future__ import annotations

from enum import StrEnum


class OrderStatus(StrEnum):
    """States of an order, weakest first (docs/decisions/0005-import-accounting.md)."""

    UNPAID = "unpaid"
    PAID = "paid"
    SHIPPED = "shipped"
    SUCCEEDED = "succeeded"
    CLOSED = "closed"

    @property
    def rank(self) -> int:
        """Return the place of this state in the one direction of movement."""
        return _RANKS[self]


_RANKS = {status: rank for rank, status in enumerate(OrderStatus)}
