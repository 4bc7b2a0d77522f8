"""What every campaign deserves of every ledger row, under every model."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from marketplace.rules.attribution.finding import Judged, judge
from marketplace.rules.attribution.path_money import path_money
from marketplace.rules.attribution.pathing import build_paths
from marketplace.rules.attribution.shapes import (
    CREDIT_KEY,
    CREDIT_MONEY,
    DIRECT,
    PATH_MONEY,
    RULE_MONEY,
)
from marketplace.rules.attribution.standing import Scale, standings
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.evidence import Level, Reason
from marketplace.rules.line_evidence import LineEvidence


def candidates(
    lines: pl.DataFrame, versions: Sequence[CampaignRules], evidence: LineEvidence
) -> pl.DataFrame:
    """Return the credits that the ledger rows deserve under these rules and this evidence.

    Shapes: LINES in, CREDITS out. Every candidate gets the whole row under participation; the
    winner of (level, at level 4 the better voucher, priority, later start, shorter window,
    smallest code) gets it under the direct rule; losers keep the reason. The models of a path
    divide the row over its touches. What no campaign earns under a model is credited to ''.
    `lines` holds whole orders: the minimum order amount is the sum of an order's gross rows,
    and a refund is split as its sale was.
    """
    judged = judge(lines, versions, evidence)
    earned = _path_money(lines, judged)
    stood = standings(judged.found, judged.ranked, judged.vouchers.discounts)
    won = pl.col("reason") == Reason.WON
    money = lines.select("entry_id", "amount_fen", "consumer_paid_fen")
    credited = (
        stood.join(money, on="entry_id", how="left")
        .join(earned, on=["entry_id", "rank"], how="left")
        .select(
            *CREDIT_KEY,
            direct_fen=pl.when(won).then("amount_fen").otherwise(0),
            participation_fen="amount_fen",
            direct_consumer_fen=pl.when(won).then("consumer_paid_fen").otherwise(0),
            participation_consumer_fen="consumer_paid_fen",
            **{name: pl.col(name).fill_null(0) for name in PATH_MONEY},
        )
    )
    return pl.concat([credited, _unearned(money, judged.found, earned)])


def paths_of(
    lines: pl.DataFrame, versions: Sequence[CampaignRules], evidence: LineEvidence
) -> pl.DataFrame:
    """Return the touches that led to each ledger row, in order, one row per touch.

    Columns: PATHS and `campaign_code`, '' for a direct touch. Rows without any have no path.
    """
    judged = judge(lines, versions, evidence)
    codes = [rules.code for rules in judged.ranked]
    named = pl.DataFrame(
        {"rank": [*range(len(codes)), DIRECT], "campaign_code": [*codes, ""]},
        schema={"rank": pl.Int64, "campaign_code": pl.String},
    )
    return _paths(lines, judged).join(named, on="rank", how="left", maintain_order="left")


def _paths(lines: pl.DataFrame, judged: Judged) -> pl.DataFrame:
    scale = Scale(max(len(judged.ranked), 1), len(judged.vouchers.discounts))
    return build_paths(lines, judged.found, judged.contacts, judged.ranked, scale.score)


def _path_money(lines: pl.DataFrame, judged: Judged) -> pl.DataFrame:
    """Return (entry_id, rank, PATH_MONEY) what the names of every path earn."""
    return path_money(lines, _paths(lines, judged), [rules.code for rules in judged.ranked])


def _unearned(money: pl.DataFrame, found: pl.DataFrame, earned: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of what no campaign earned: whole rows, and rests under path models."""
    is_claimed = pl.col("claimed").fill_null(value=False)
    claimed = found.select("entry_id", claimed=pl.lit(value=True)).unique()
    direct = earned.filter(pl.col("rank") == DIRECT).drop("rank")
    has_path = pl.col("has_path").fill_null(value=False)
    pathed = earned.select("entry_id", has_path=pl.lit(value=True)).unique()
    rests = (
        money.join(claimed, on="entry_id", how="left")
        .join(pathed, on="entry_id", how="left")
        .join(direct, on="entry_id", how="left")
    )
    whole, consumer = pl.col("amount_fen"), pl.col("consumer_paid_fen")
    rules = {
        name: pl.when(is_claimed).then(0).otherwise(consumer if "consumer" in name else whole)
        for name in RULE_MONEY
    }
    paths = {
        name: pl.when(has_path).then(pl.col(name).fill_null(0)).otherwise(whole)
        for name in PATH_MONEY
    }
    return rests.select(
        "entry_id",
        campaign_code=pl.lit(""),
        level=pl.lit(int(Level.NONE), dtype=pl.Int64),
        reason=pl.lit(Reason.WON),
        **rules,
        **paths,
    ).filter(pl.any_horizontal(pl.col(CREDIT_MONEY) != 0))
