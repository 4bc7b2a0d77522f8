"""Journeys of buyers: the paths of orders, and the touches of buyers who bought nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from marketplace.rules.paths.path_sets import PathSet, path_set
from marketplace.rules.touches import KINDS

# One row per journey: the campaign codes that touched, in order; '' is a direct touch.
JOURNEYS = pl.Schema({"touches": pl.List(pl.String)})
# Between the codes of a path that is counted as one text; no code holds it.
_BETWEEN = "\x1f"
_OF_A_LINE = ("order_id", "line_key", "component", "paid_us", "buyer_key")


def standing_sales(lines: pl.DataFrame, start_us: int, end_us: int) -> pl.DataFrame:
    """Return (entry_id, order_id) one row per sale, paid in [start, end), that still stands.

    `lines` (LINES) are whole orders. Corrected rows stand for nothing; refunded sales stand.
    """
    sold = lines.filter((pl.col("side") == "gross") & pl.col("paid_us").ge(start_us))
    return (
        sold.filter(pl.col("paid_us") < end_us)
        .group_by(_OF_A_LINE)
        .agg(pl.col("entry_id").min(), pl.col("amount_fen").sum())
        .filter(pl.col("amount_fen") > 0)
        .select("entry_id", "order_id")
    )


def order_journeys(sales: pl.DataFrame, paths: pl.DataFrame) -> pl.DataFrame:
    """Return (JOURNEYS) the path of each order that has one: the touches of all its lines.

    `sales`: (entry_id, order_id); `paths`: PATHS with `campaign_code`. A touch that led to
    several lines counts once. Touches of one second keep the order that their line gives them.
    """
    touch = ["order_id", "campaign_code", "age_seconds", "repeat"]
    again = pl.int_range(pl.len()).over("entry_id", "campaign_code", "age_seconds")
    return (
        paths.join(sales, on="entry_id", how="inner")
        .with_columns(repeat=again)
        .group_by(touch)
        .agg(pl.col("position").max())
        .sort(
            *("order_id", "age_seconds", "position", "campaign_code", "repeat"),
            descending=[False, True, False, False, False],
        )
        .group_by("order_id", maintain_order=True)
        .agg(touches="campaign_code")
        .select(JOURNEYS.names())
    )


def buyer_journeys(touches: pl.DataFrame, codes: Collection[str]) -> pl.DataFrame:
    """Return (JOURNEYS) the touches (TOUCHES) of each buyer whom one of the campaigns touched.

    Touches of other campaigns say nothing.
    """
    strength = {kind: place for place, kind in enumerate(KINDS)}
    return (
        touches.filter(pl.col("campaign_code").is_in(["", *codes]))
        .with_columns(pl.col("kind").replace_strict(strength, return_dtype=pl.Int64))
        .sort("buyer_key", "touched_us", "kind", "source", "source_id")
        .group_by("buyer_key", maintain_order=True)
        .agg(touches="campaign_code")
        .filter(pl.col("touches").list.eval(pl.element() != "").list.any())
        .select(JOURNEYS.names())
    )


def counted(journeys: pl.DataFrame) -> pl.DataFrame:
    """Return (path, times) how often each path comes; `path` is a text."""
    return journeys.group_by(path=pl.col("touches").list.join(_BETWEEN)).agg(times=pl.len())


def weighed(converting: Iterable[pl.DataFrame], ending: pl.DataFrame) -> PathSet:
    """Make a path set of counted paths of orders and of buyers who bought nothing. No value."""
    orders = [each.select("path", "times", nulls=0) for each in converting]
    nulls = ending.select("path", times=0, nulls="times")
    rows = pl.concat([*orders, nulls], how="vertical_relaxed")
    added = rows.group_by("path").agg(pl.col("times", "nulls").sum()).sort("path")
    return path_set(
        added.select(
            touches=pl.col("path").str.split(_BETWEEN),
            conversions=pl.col("times").cast(pl.Float64),
            value=pl.lit(0.0),
            nulls=pl.col("nulls").cast(pl.Float64),
        )
    )
