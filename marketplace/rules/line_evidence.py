"""Evidence recorded beside the ledger: redeemed vouchers, operators' decisions, touches.

Pure: frames in, frames out. Levels 4 and 5 of docs/decisions/0007-attribution.md. A campaign
is named by its code in the evidence and by its place in the engine's order (`rank`) in what
comes out; a code that names no published campaign says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

# One row per voucher that covers an order line, '' naming no campaign left out.
REDEMPTIONS = pl.Schema(
    {
        "order_id": pl.Int64,
        "line_key": pl.String,
        "campaign_code": pl.String,
        "discount_fen": pl.Int64,
        "voucher_code": pl.String,
    }
)
# One row per decision in force, unique by (order, line, campaign). `line_key` '' is the order.
DECISIONS = pl.Schema(
    {
        "order_id": pl.Int64,
        "line_key": pl.String,
        "campaign_code": pl.String,
        "verdict": pl.String,
    }
)
# The verdict that makes a campaign a candidate; the other one takes it out.
CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class LineEvidence:
    """What is recorded beside the ledger rows of some orders.

    REDEMPTIONS, DECISIONS, and the TOUCHES of their buyers.
    """

    redemptions: pl.DataFrame
    decisions: pl.DataFrame
    touches: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Vouchers:
    """The vouchers that decide, in their order: a larger place beats a smaller one.

    `covering`: (entry_id, place) by the rank of the campaign, its best voucher on the line.
    `discounts`: fen by place; place 0 is no voucher.
    """

    covering: dict[int, pl.DataFrame]
    discounts: pl.Series


NO_VOUCHERS = Vouchers({}, pl.Series([0], dtype=pl.Int64))


def vouchers_of(lines: pl.DataFrame, redemptions: pl.DataFrame, codes: Sequence[str]) -> Vouchers:
    """Order the vouchers of published campaigns and say which ledger rows each covers.

    `codes` are the campaigns' by rank. A larger discount on the line goes first, then the
    smaller voucher code by its bytes. Every row of the line is covered, refunds and the
    components of a bundle included.
    """
    known = _ranked(redemptions, codes)
    if not known.height:
        return NO_VOUCHERS
    placed = known.sort("discount_fen", "voucher_code", descending=[False, True]).with_columns(
        voucher=pl.struct("discount_fen", "voucher_code").rle_id().cast(pl.Int64) + 1
    )
    best = placed.group_by("order_id", "line_key", "rank").agg(pl.col("voucher").max())
    covered = lines.select("entry_id", "order_id", "line_key").join(
        best, on=["order_id", "line_key"], how="inner"
    )
    by_rank = covered.select("entry_id", "rank", "voucher").partition_by(
        "rank", as_dict=True, include_key=False
    )
    fen = placed.unique("voucher", keep="any").sort("voucher")["discount_fen"]
    return Vouchers(
        {int(rank): rows for (rank,), rows in by_rank.items()},
        pl.concat([NO_VOUCHERS.discounts, fen.rename("")]),
    )


def verdicts_of(lines: pl.DataFrame, decisions: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    """Return (entry_id, rank, is_credit): what was decided on each ledger row.

    A decision on a line goes before one on its order.
    """
    known = _ranked(decisions, codes).with_columns(is_credit=pl.col("verdict") == CREDIT)
    rows = lines.select("entry_id", "order_id", "line_key")
    is_of_order = pl.col("line_key") == ""
    on_lines = rows.join(known.filter(~is_of_order), on=["order_id", "line_key"], how="inner")
    on_orders = rows.join(known.filter(is_of_order).drop("line_key"), on="order_id", how="inner")
    wanted = ["entry_id", "rank", "is_credit"]
    return pl.concat(
        [
            on_lines.select(wanted),
            on_orders.join(on_lines, on=["entry_id", "rank"], how="anti").select(wanted),
        ]
    )


def _ranked(evidence: pl.DataFrame, codes: Sequence[str]) -> pl.DataFrame:
    """Keep the rows that name a published campaign, with its rank."""
    campaigns = pl.DataFrame(
        {"campaign_code": codes, "rank": range(len(codes))},
        schema={"campaign_code": pl.String, "rank": pl.Int64},
    )
    return evidence.join(campaigns, on="campaign_code", how="inner")
