"""Freight tariffs of the seeds. Operators edit the same rows in the admin."""

from __future__ import annotations

from orders.models import FreightTariff
from products.services.reference_rows import Outcome, add_or_keep


def seed_freight_tariff(
    *,
    region_prefix: str,
    is_delivered: bool,
    first_grams: int,
    first_fen: int,
    next_grams: int,
    next_fen: int,
    free_from_fen: int | None,
    source: str,
) -> Outcome:
    """Add a tariff unless its prefix has one. Money in fen."""
    return add_or_keep(
        FreightTariff,
        {"region_prefix": region_prefix},
        {
            "is_delivered": is_delivered,
            "first_grams": first_grams,
            "first_fen": first_fen,
            "next_grams": next_grams,
            "next_fen": next_fen,
            "free_from_fen": free_from_fen,
            "source": source,
        },
    )
