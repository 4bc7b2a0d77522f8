"""The order of candidates on a line: who wins under the direct rule, and why the others lose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from marketplace.rules.attribution.shapes import CREDIT_KEY, microseconds
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.evidence import Reason


def weakest_first(versions: Sequence[CampaignRules]) -> list[CampaignRules]:
    """Sort by what decides between candidates of equal level; codes by their UTF-8 bytes."""
    by_code = sorted(versions, key=lambda rules: rules.code.encode(), reverse=True)
    return sorted(
        by_code,
        key=lambda rules: (rules.priority, rules.starts_at, rules.starts_at - rules.ends_at),
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """One number that orders candidates: (level, voucher, rank), the largest wins."""

    campaigns: int
    vouchers: int

    @property
    def score(self) -> pl.Expr:
        """Return the number of a candidate (FOUND)."""
        evidence = pl.col("level") * self.vouchers + pl.col("voucher")
        return evidence * self.campaigns + pl.col("rank")


def standings(
    found: pl.DataFrame, ranked: Sequence[CampaignRules], discounts: pl.Series
) -> pl.DataFrame:
    """Turn ranks into campaign codes and say why each loser lost (CREDIT_KEY columns, rank).

    `discounts`: what each voucher took off its line, by its place in their order, in fen.
    """
    campaigns, vouchers = max(len(ranked), 1), len(discounts)
    score = Scale(campaigns, vouchers).score
    best = found.select(score.max().over("entry_id")).to_series()
    best_rank, best_voucher = best % campaigns, best // campaigns % vouchers

    def differs(values: list[int]) -> pl.Series:
        series = pl.Series(values, dtype=pl.Int64)
        return series[found["rank"]] != series[best_rank]

    level_lost = pl.col("level") < best // (campaigns * vouchers)
    lost: list[tuple[pl.Expr | pl.Series, str]] = [(level_lost, Reason.LOWER_LEVEL)]
    if vouchers > 1:
        voucher = found["voucher"]
        lost.append((discounts[voucher] != discounts[best_voucher], Reason.SMALLER_DISCOUNT))
        lost.append((voucher != best_voucher, Reason.VOUCHER_ORDER))
    lost += [
        (differs([rules.priority for rules in ranked]), Reason.LOWER_PRIORITY),
        (differs([microseconds(rules.starts_at) for rules in ranked]), Reason.EARLIER_START),
        (differs([_length(rules) for rules in ranked]), Reason.LONGER_WINDOW),
    ]
    reason = pl.lit(Reason.CODE_ORDER)
    for condition, why in reversed(lost):
        reason = pl.when(condition).then(pl.lit(why)).otherwise(reason)
    codes = pl.Series([rules.code for rules in ranked], dtype=pl.String)
    return found.select(
        "entry_id",
        "rank",
        "level",
        campaign_code=codes[found["rank"]],
        reason=pl.when(score == best).then(pl.lit(Reason.WON)).otherwise(reason),
    ).select(*CREDIT_KEY, "rank")


def _length(rules: CampaignRules) -> int:
    return (rules.ends_at - rules.starts_at) // timedelta(microseconds=1)
