"""What each campaign earns of a ledger row under the models of a path, to the fen.

A line's sales are split by the weights of its path, its refunds by what each campaign earned
of its sales: never below 0, never above the sale, and a full refund leaves 0 in each. Both
follow the running sum of the line, so that a correction takes back exactly what it corrects.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from marketplace.rules.attribution.shapes import DIRECT, PATH_MONEY
from marketplace.rules.paths.splitting import largest_remainder, tie_keys
from marketplace.rules.paths.weights import SHARED_MODELS, WHOLE_MODELS, weights_of

# Rows of one line that are judged alike: everything that the engine reads of a ledger row.
_JUDGED_ALIKE = (
    *("order_id", "line_key", "component", "paid_us", "buyer_key", "buyer_kind"),
    *("sales_point_code", "channel_class", "county_code", "sku_code", "bundle_sku_code"),
    *("is_certified", "reference_code"),
)


def path_money(lines: pl.DataFrame, paths: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    """Return (entry_id, rank, PATH_MONEY) what each name on each path (PATHS) earns.

    `codes` are the campaigns' by rank; DIRECT earns for no campaign. Per entry and model the
    amounts add up to the ledger row's.
    """
    names = paths.select("entry_id", "rank").unique(maintain_order=True)
    is_shared = pl.len().over("entry_id") > 1
    amounts = lines.select("entry_id", "amount_fen")
    alone = names.filter(~is_shared).join(amounts, on="entry_id", how="left")
    whole = alone.select(
        "entry_id", "rank", *(pl.col("amount_fen").alias(name) for name in PATH_MONEY)
    )
    shared = names.filter(is_shared).select("entry_id").unique()
    if not shared.height:
        return whole
    shared_lines = lines.join(shared, on="entry_id", how="semi")
    parts = parts_of(shared_lines, paths.join(shared, on="entry_id", how="semi"), codes)
    credited = parts.select(
        "entry_id",
        "rank",
        *(
            (pl.col(model) * pl.col("amount_fen")).cast(pl.Int64).alias(f"{model}_fen")
            for model in WHOLE_MODELS
        ),
    ).with_columns(_shares(parts, model).alias(f"{model}_fen") for model in SHARED_MODELS)
    return pl.concat([whole, credited.select(whole.columns)])


def parts_of(lines: pl.DataFrame, paths: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    """Return the names on each path with their weights and what their line came to so far."""
    weights = weights_of(paths, DIRECT)
    parts = weights.join(_running(lines), on="entry_id", how="left").with_columns(
        campaign_code=pl.concat([pl.Series(list(codes), dtype=pl.String), pl.Series([""])])[
            weights["rank"]
        ]
    )
    return parts.with_columns(tie_keys(parts))


def _running(lines: pl.DataFrame) -> pl.DataFrame:
    """Add to each ledger row what its line came to: sold and refunded so far, both >= 0.

    `group` names the rows that are judged alike. A refund looks at the sale that stood last.
    """
    is_gross = pl.col("side") == "gross"
    amount = pl.col("amount_fen")
    rows = lines.sort("sequence", "entry_id").with_columns(
        group=pl.col("entry_id").min().over(_JUDGED_ALIKE)
    )
    rows = rows.with_columns(
        sold=pl.when(is_gross).then(amount).otherwise(0).cum_sum().over("group"),
        refunded=pl.when(is_gross).then(0).otherwise(-amount).cum_sum().over("group"),
    )
    stood = pl.when(pl.col("sold") != 0).then("sold").forward_fill().over("group")
    return rows.select(
        *("entry_id", "group", "sequence", "side", "order_number", "line_key", "amount_fen"),
        sold=pl.when(is_gross).then("sold").otherwise(pl.coalesce(stood, pl.col("refunded").abs())),
        refunded="refunded",
    )


def _shares(parts: pl.DataFrame, model: str) -> pl.Series:
    """Return what each part adds to its campaign's share of the line's running sum."""
    return divided(parts, model)["moved"]


def divided(parts: pl.DataFrame, model: str) -> pl.DataFrame:
    """Divide the running sums of lines over their parts, one row per part in the same order.

    Columns: `total`, what is divided by `weight`; `reached`, the share of it; `moved`, what the
    ledger row adds to the share before it. A refund is divided by what each part earned.
    """
    sold = largest_remainder(parts, total="sold", weight=model, group="entry_id", tie="tie")
    reached = parts.select(
        *("entry_id", "group", "side", "rank", "sequence", "refunded", "tie"),
        total="sold",
        weight=model,
        reached=sold,
    ).with_row_index("row")
    is_refund = pl.col("side") == "refund"
    refunds = reached.filter(is_refund).with_columns(earned=pl.col("reached").abs())
    if refunds.height:
        back = largest_remainder(
            refunds, total="refunded", weight="earned", group="entry_id", tie="tie"
        )
        refunds = refunds.with_columns(
            total=-pl.col("refunded"),
            weight=pl.col("earned").cast(refunds.schema["weight"]),
            reached=-back,
        ).drop("earned")
        reached = pl.concat([reached.filter(~is_refund), refunds])
    before = pl.col("reached").shift(1, fill_value=0).over("group", "side", "rank")
    return (
        reached.sort("sequence", "entry_id")
        .with_columns(moved=pl.col("reached") - before)
        .sort("row")
    )
