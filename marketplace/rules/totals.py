"""What a change of attribution does to the daily totals. Pure; money in fen, signed.

A line frame here is credits joined with the columns of their ledger rows
(`marketplace.rules.attribution`, CREDITS and LINES).
"""

from __future__ import annotations

import polars as pl

from marketplace.rules.attribution_models import PATH_MODELS

COHORT, CASH = "cohort", "cash"
# A view is the date that it sums by.
VIEWS = {COHORT: "order_date", CASH: "event_date"}
MONEY_KEY = (
    "campaign_code",
    "view",
    "date",
    "sales_point_code",
    "channel_class",
    "county_code",
    "sku_code",
    "level",
)
COUNT_KEY = ("campaign_code", "date", "dimension", "value")
COUNTS = ("direct_orders", "direct_stood", "participation_orders", "participation_stood")
# The value of each dimension that orders are counted by.
DIMENSIONS: dict[str, pl.Expr] = {
    "all": pl.lit(""),
    "county": pl.col("county_code"),
    "sales_point": pl.col("sales_point_code"),
    "channel": pl.col("channel_class"),
    "product": pl.col("sku_code"),
    "level": pl.col("level").cast(pl.String),
}
_IS_GROSS = pl.col("side") == "gross"


def money_changes(changes: pl.DataFrame) -> pl.DataFrame:
    """Return what changed credits add to the daily money rows of both views.

    In: changed credits (`attribution.difference`) with their ledger columns. Out: MONEY_KEY
    and one column per model and amount; rows that add nothing are left out.
    """
    columns = {
        f"{model}_{name}": amount
        for model in ("direct", "participation")
        for name, amount in _amounts(model).items()
    }
    for model in PATH_MODELS:
        fen = pl.col(f"{model}_fen")
        columns[f"{model}_gross_fen"] = pl.when(_IS_GROSS).then(fen).otherwise(0)
        columns[f"{model}_refund_fen"] = pl.when(_IS_GROSS).then(0).otherwise(fen)
    dated = changes.with_columns(**columns)
    sums = [pl.col(name).sum() for name in columns]
    views = [
        dated.group_by("campaign_code", date, *MONEY_KEY[3:])
        .agg(sums)
        .select(
            "campaign_code",
            pl.lit(view).alias("view"),
            pl.col(date).alias("date"),
            *MONEY_KEY[3:],
            *columns,
        )
        for view, date in VIEWS.items()
    ]
    return _without_nothing(pl.concat(views), list(columns))


def count_changes(after: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Return what the move from `before` to `after` adds to the daily order counts.

    Both hold the whole credits of the same orders with their ledger columns. An order is
    counted once per value where its credited sales are not 0, and stood where its net is
    above 0. Out: COUNT_KEY and COUNTS.
    """
    frames = [
        _order_flags(state, name, value).select(*COUNT_KEY, *(pl.col(c) * sign for c in COUNTS))
        for state, sign in ((after, 1), (before, -1))
        if state.height
        for name, value in DIMENSIONS.items()
    ]
    if not frames:
        return pl.DataFrame(schema=[*COUNT_KEY, *COUNTS])
    return _without_nothing(
        pl.concat(frames).group_by(COUNT_KEY).agg(pl.col(COUNTS).sum()), list(COUNTS)
    )


def _amounts(model: str) -> dict[str, pl.Expr]:
    """Return the amounts that one changed credit adds, by column name of one model.

    A sale row is one line, its reversal takes the line back; refunds are no lines. The parts of
    a bundle are one line together: its first component counts it.
    """
    fen, consumer = pl.col(f"{model}_fen"), pl.col(f"{model}_consumer_fen")
    on = pl.col(f"{model}_on")
    lines = (
        pl.when(pl.col("component") > 1)
        .then(0)
        .when(pl.col("kind") == "sale")
        .then(1)
        .when((pl.col("kind") == "correction") & _IS_GROSS)
        .then(pl.col("quantity").sign())
        .otherwise(0)
    )
    return {
        "gross_fen": pl.when(_IS_GROSS).then(fen).otherwise(0),
        "refund_fen": pl.when(_IS_GROSS).then(0).otherwise(fen),
        "consumer_gross_fen": pl.when(_IS_GROSS).then(consumer).otherwise(0),
        "consumer_refund_fen": pl.when(_IS_GROSS).then(0).otherwise(consumer),
        "subsidy_fen": pl.col("subsidy_fen") * on,
        "quantity": pl.when(_IS_GROSS).then(pl.col("quantity")).otherwise(0) * on,
        "lines": lines * on,
    }


def _order_flags(state: pl.DataFrame, dimension: str, value: pl.Expr) -> pl.DataFrame:
    """Count the orders of a state by one dimension, each order once per value."""
    per_order = (
        state.select(
            "campaign_code",
            "order_date",
            "order_id",
            value=value,
            direct_gross=pl.when(_IS_GROSS).then("direct_fen").otherwise(0),
            direct_net="direct_fen",
            participation_gross=pl.when(_IS_GROSS).then("participation_fen").otherwise(0),
            participation_net="participation_fen",
        )
        .group_by("campaign_code", "order_date", "value", "order_id")
        .agg(pl.all().sum())
    )
    return (
        per_order.group_by("campaign_code", pl.col("order_date").alias("date"), "value")
        .agg(
            direct_orders=pl.col("direct_gross").ne(0).cast(pl.Int64).sum(),
            direct_stood=pl.col("direct_net").gt(0).cast(pl.Int64).sum(),
            participation_orders=pl.col("participation_gross").ne(0).cast(pl.Int64).sum(),
            participation_stood=pl.col("participation_net").gt(0).cast(pl.Int64).sum(),
        )
        .with_columns(dimension=pl.lit(dimension))
    )


def _without_nothing(frame: pl.DataFrame, amounts: list[str]) -> pl.DataFrame:
    return frame.filter(pl.any_horizontal(pl.col(amounts) != 0))
