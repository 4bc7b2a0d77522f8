"""What a campaign's window and scope ask of a ledger row, each by its own name."""

from __future__ import annotations

import polars as pl

from marketplace.rules.attribution.shapes import microseconds
from marketplace.rules.campaigns import CampaignRules

WINDOW = "window"
MINIMUM_ORDER = "minimum_order"


def predicates_of(rules: CampaignRules) -> dict[str, pl.Expr]:
    """Return the conditions that a ledger row must meet to be eligible, by name.

    They read LINES and, where there is a minimum, `order_fen` (`with_order_fen`). Conditions
    that the campaign does not set are left out; all that are there must hold.
    """
    paid = pl.col("paid_us")
    is_matched = (pl.col("sku_code") != "") | (pl.col("bundle_sku_code") != "")
    asked = {WINDOW: (paid >= microseconds(rules.starts_at)) & (paid < microseconds(rules.ends_at))}
    for name, column, allowed in (
        ("sales_point", "sales_point_code", rules.sales_points),
        ("channel_class", "channel_class", rules.channel_classes),
        ("county", "county_code", rules.counties),
        ("buyer_kind", "buyer_kind", rules.buyer_kinds),
    ):
        if allowed:
            asked[name] = pl.col(column).is_in(sorted(allowed))
    if rules.has_product_scope:
        skus = sorted(rules.sku_codes)
        asked["product"] = pl.col("sku_code").is_in(skus) | pl.col("bundle_sku_code").is_in(skus)
    if rules.is_certified_only:
        asked["certified"] = pl.col("is_certified") == 1
    if rules.needs_matched_line:
        asked["matched"] = is_matched
    if rules.minimum_order_fen:
        asked[MINIMUM_ORDER] = pl.col("order_fen") >= rules.minimum_order_fen
    return asked


def is_eligible(rules: CampaignRules) -> pl.Expr:
    """Return the condition that a ledger row lies in the window and meets every predicate."""
    return pl.all_horizontal(*predicates_of(rules).values())


def with_order_fen(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `order_fen`: the sum of the gross rows of the whole order."""
    gross = pl.when(pl.col("side") == "gross").then("amount_fen").otherwise(0)
    return lines.with_columns(order_fen=gross.sum().over("order_id"))


def may_meet(lines: pl.DataFrame, rules: CampaignRules) -> bool:
    """Say whether any row lies in the window: most campaigns are elsewhere in time."""
    first, last = lines["paid_us"].min(), lines["paid_us"].max()
    if not isinstance(first, int) or not isinstance(last, int):
        return False
    return first < microseconds(rules.ends_at) and last >= microseconds(rules.starts_at)
