"""Which touches count at a moment of buying: those inside the lookback of their campaign."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from marketplace.rules.attribution.shapes import CONTACTS, DIRECT
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.touches import KINDS

_DAY_US = 86_400 * 10**6


def lookback_us(rules: CampaignRules) -> int:
    """Return how far back from a payment a campaign's touches count, in microseconds."""
    return rules.lookback_days * _DAY_US


def contacts_of(
    lines: pl.DataFrame, touches: pl.DataFrame, ranked: Sequence[CampaignRules]
) -> pl.DataFrame:
    """Return (CONTACTS) the touches that count, for each buyer and moment of payment.

    A touch counts at or before the payment, at most the lookback of its campaign earlier, both
    ends included; a direct one at most the longest lookback of all. One of a campaign without
    published rules says nothing. Ties of one instant go by kind, source and source id.
    """
    if not touches.height:
        return pl.DataFrame(schema=CONTACTS)
    reach = pl.DataFrame(
        {
            "campaign_code": [rules.code for rules in ranked] + [""],
            "rank": [*range(len(ranked)), DIRECT],
            "reach_us": [lookback_us(rules) for rules in ranked] + [longest_us(ranked)],
        },
        schema={"campaign_code": pl.String, "rank": pl.Int64, "reach_us": pl.Int64},
    )
    placed = in_order(touches).join(reach, on="campaign_code", how="inner")
    moments = lines.filter(pl.col("buyer_key") != "").select("buyer_key", "paid_us").unique()
    age = pl.col("paid_us") - pl.col("touched_us")
    return (
        moments.join(placed, on="buyer_key", how="inner")
        .filter(age.ge(0) & age.le(pl.col("reach_us")))
        .select(pl.col(name).cast(kind) for name, kind in CONTACTS.items())
    )


def in_order(touches: pl.DataFrame) -> pl.DataFrame:
    """Sort touches (TOUCHES) as a path does and number them: `place`."""
    order = {kind: place for place, kind in enumerate(KINDS)}
    return (
        touches.with_columns(strength=pl.col("kind").replace_strict(order, return_dtype=pl.Int64))
        .sort("touched_us", "strength", "source", "source_id")
        .with_row_index("place")
    )


def longest_us(ranked: Sequence[CampaignRules]) -> int:
    """Return the longest lookback of some campaigns, in microseconds."""
    return max((lookback_us(rules) for rules in ranked), default=0)
