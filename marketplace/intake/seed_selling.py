"""Seed files of selling: where goods lie, and what it costs to send them."""

from __future__ import annotations

from collections.abc import Callable

from common.money import parse_yuan
from marketplace.intake.seed_cells import SeedRow, yes_or_no
from orders.services.storefront.tariffs import seed_freight_tariff
from products.services.catalogue import seed_stock_place
from products.services.reference_rows import Outcome


def _stock_place(row: SeedRow) -> Outcome:
    return seed_stock_place(
        code=row["code"],
        name=row["name"],
        sales_point_code=row["sales_point"],
        serves_storefront=yes_or_no(row["serves_storefront"]),
    )


def _freight_tariff(row: SeedRow) -> Outcome:
    return seed_freight_tariff(
        region_prefix=row["region_prefix"],
        is_delivered=yes_or_no(row["is_delivered"]),
        first_grams=int(row["first_grams"]),
        first_fen=parse_yuan(row["first_yuan"]),
        next_grams=int(row["next_grams"]),
        next_fen=parse_yuan(row["next_yuan"]),
        free_from_fen=parse_yuan(row["free_from_yuan"]) if row["free_from_yuan"] else None,
        source=row["source"],
    )


# File name, columns, reader.
SELLING: tuple[tuple[str, tuple[str, ...], Callable[[SeedRow], Outcome]], ...] = (
    (
        "stock_places.csv",
        ("code", "name", "sales_point", "serves_storefront", "source"),
        _stock_place,
    ),
    (
        "freight_tariffs.csv",
        (
            *("region_prefix", "is_delivered", "first_grams", "first_yuan"),
            *("next_grams", "next_yuan", "free_from_yuan", "source"),
        ),
        _freight_tariff,
    ),
)
