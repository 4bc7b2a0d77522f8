"""Candidates: the campaigns whose window, scope and minimum level a ledger row meets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from marketplace.rules.attribution.contacts import contacts_of
from marketplace.rules.attribution.predicates import is_eligible, may_meet, with_order_fen
from marketplace.rules.attribution.shapes import CONTACTS, FOUND
from marketplace.rules.attribution.standing import weakest_first
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.evidence import Level
from marketplace.rules.line_evidence import LineEvidence, Vouchers, verdicts_of, vouchers_of


@dataclass(frozen=True, slots=True)
class Judged:
    """What the engine found on some ledger rows.

    `ranked`: the campaigns, weakest first. `found` (FOUND): the candidates. `contacts`
    (CONTACTS): the touches of their buyers that lie in the lookback of their campaign.
    """

    ranked: list[CampaignRules]
    vouchers: Vouchers
    contacts: pl.DataFrame
    found: pl.DataFrame


def judge(lines: pl.DataFrame, versions: Sequence[CampaignRules], evidence: LineEvidence) -> Judged:
    """Find the candidates of whole orders' ledger rows (LINES)."""
    ranked = weakest_first(versions)
    codes = [rules.code for rules in ranked]
    vouchers = vouchers_of(lines, evidence.redemptions, codes)
    contacts = contacts_of(lines, evidence.touches, ranked)
    found = _found(lines, ranked, vouchers, contacts)
    if evidence.decisions.height:
        found = _decided(found, verdicts_of(lines, evidence.decisions, codes))
    return Judged(ranked, vouchers, contacts, found)


def _found(
    lines: pl.DataFrame,
    ranked: Sequence[CampaignRules],
    vouchers: Vouchers,
    contacts: pl.DataFrame,
) -> pl.DataFrame:
    """Return (FOUND) every campaign whose window, scope and minimum level the row meets."""
    frames = [pl.DataFrame(schema=FOUND)]
    for rules, eligible in levels_of(lines, ranked, vouchers, contacts):
        frames.append(eligible.filter(pl.col("level") >= rules.minimum_level))
    return pl.concat(frames)


def levels_of(
    lines: pl.DataFrame,
    ranked: Sequence[CampaignRules],
    vouchers: Vouchers,
    contacts: pl.DataFrame,
) -> Iterator[tuple[CampaignRules, pl.DataFrame]]:
    """Yield (FOUND) the rows in window and scope of each campaign, levels 1 to 4, none left out."""
    near = [(rank, rules) for rank, rules in enumerate(ranked) if may_meet(lines, rules)]
    if any(rules.minimum_order_fen for _, rules in near):
        lines = with_order_fen(lines)
    touched = _touched(lines, contacts)
    masks = lines.select(is_eligible(rules).alias(str(rank)) for rank, rules in near)
    for rank, rules in near:
        mask = masks[str(rank)]
        if mask.any():
            eligible = lines.filter(mask).select(
                "entry_id",
                rank=pl.lit(rank, dtype=pl.Int64),
                level=_evidence_level(rules, touched.get(rank)),
                voucher=pl.lit(0, dtype=pl.Int64),
            )
            if rank in vouchers.covering:
                eligible = _redeemed(eligible, vouchers.covering[rank])
            yield rules, eligible


def _touched(lines: pl.DataFrame, contacts: pl.DataFrame) -> dict[int, pl.Series]:
    """Return the ledger rows (entry ids) whose buyer a campaign touched, by its rank."""
    if not contacts.height:
        return {}
    moments = contacts.select(CONTACTS.names()[:3]).unique()
    rows = lines.select("entry_id", "buyer_key", "paid_us").join(
        moments, on=["buyer_key", "paid_us"], how="inner"
    )
    by_rank = rows.select("rank", "entry_id").partition_by("rank", as_dict=True)
    return {int(rank): part["entry_id"] for (rank,), part in by_rank.items()}


def _redeemed(eligible: pl.DataFrame, covered: pl.DataFrame) -> pl.DataFrame:
    """Raise the rows that a voucher of their campaign covers to its level (FOUND)."""
    joined = eligible.drop("voucher").join(covered, on="entry_id", how="left")
    is_covered = pl.col("voucher").is_not_null()
    return joined.select(
        "entry_id",
        "rank",
        level=pl.when(is_covered).then(int(Level.VOUCHER)).otherwise("level").cast(pl.Int64),
        voucher=pl.col("voucher").fill_null(0),
    )


def _decided(found: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Let an operator's word go before everything found: window, scope, level (FOUND)."""
    credited = verdicts.filter("is_credit").select(
        "entry_id",
        "rank",
        level=pl.lit(int(Level.MANUAL), dtype=pl.Int64),
        voucher=pl.lit(0, dtype=pl.Int64),
    )
    return pl.concat([found.join(verdicts, on=["entry_id", "rank"], how="anti"), credited])


def _evidence_level(rules: CampaignRules, touched: pl.Series | None) -> pl.Expr:
    """Return the strongest evidence of the ledger row and its buyer's touches.

    What is recorded beside the ledger raises it: `_redeemed` and `_decided`.
    """
    weakest = pl.lit(int(Level.PLACE))
    if touched is not None:
        is_touched = pl.col("entry_id").is_in(touched.implode())
        weakest = pl.when(is_touched).then(int(Level.TOUCH)).otherwise(weakest)
    named = pl.col("reference_code") == rules.code
    return pl.when(named).then(int(Level.REFERENCE)).otherwise(weakest).cast(pl.Int64)
