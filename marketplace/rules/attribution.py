"""The attribution engine: which campaigns a ledger row counts for, and what that changes.

Pure: frames in, frames out, no database (docs/decisions/0007). Each ledger row is judged by
its own frozen columns, so that a reversal meets the same campaigns as the row it reverses and
a refund the same as its sale. Money in fen, signed as in the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.evidence import Level, Reason
from marketplace.rules.line_evidence import LineEvidence, Vouchers, verdicts_of, vouchers_of

# One row per ledger entry whose amount is not 0. `paid_us`: microseconds since 1970, UTC.
LINES = pl.Schema(
    {
        "entry_id": pl.Int64,
        "order_id": pl.Int64,
        "sales_point_code": pl.String,
        "order_number": pl.String,
        "line_key": pl.String,
        "component": pl.Int64,
        "kind": pl.String,
        "side": pl.String,
        "channel_class": pl.String,
        "county_code": pl.String,
        "sku_code": pl.String,
        "bundle_sku_code": pl.String,
        "is_certified": pl.Int8,
        "buyer_kind": pl.String,
        "reference_code": pl.String,
        "quantity": pl.Int64,
        "amount_fen": pl.Int64,
        "consumer_paid_fen": pl.Int64,
        "subsidy_fen": pl.Int64,
        "paid_us": pl.Int64,
        "order_date": pl.Date,
        "event_date": pl.Date,
    }
)
CREDIT_KEY = ("entry_id", "campaign_code", "level", "reason")
CREDIT_MONEY = (
    "direct_fen",
    "participation_fen",
    "direct_consumer_fen",
    "participation_consumer_fen",
)
# The state of attribution: one row per ledger entry and campaign, '' where no campaign counts.
CREDITS = pl.Schema(
    {
        "entry_id": pl.Int64,
        "campaign_code": pl.String,
        "level": pl.Int64,
        "reason": pl.String,
        **dict.fromkeys(CREDIT_MONEY, pl.Int64),
    }
)
# Candidates on the way: `rank` is the campaign's place in the order of `_weakest_first`,
# `voucher` the place of its voucher at level 4, else 0.
_FOUND = pl.Schema(dict.fromkeys(("entry_id", "rank", "level", "voucher"), pl.Int64))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def candidates(
    lines: pl.DataFrame, versions: Sequence[CampaignRules], evidence: LineEvidence
) -> pl.DataFrame:
    """Return the credits that the ledger rows deserve under these rules and this evidence.

    Shapes: LINES in, CREDITS out. Every candidate gets the whole row under participation; the
    winner of (level, at level 4 the better voucher, priority, later start, shorter window,
    smallest code) gets it under the direct rule; losers keep the reason. A row without
    candidate is credited to ''.
    `lines` holds whole orders: the minimum order amount is the sum of an order's gross rows.
    """
    ranked = _weakest_first(versions)
    codes = [rules.code for rules in ranked]
    vouchers = vouchers_of(lines, evidence.redemptions, codes)
    found = _found(lines, ranked, vouchers)
    if evidence.decisions.height:
        found = _decided(found, verdicts_of(lines, evidence.decisions, codes))
    found = _standings(found, ranked, vouchers.discounts)
    won = pl.col("reason") == Reason.WON
    money = lines.select("entry_id", "amount_fen", "consumer_paid_fen")
    credited = found.join(money, on="entry_id", how="left").select(
        *CREDIT_KEY,
        direct_fen=pl.when(won).then("amount_fen").otherwise(0),
        participation_fen="amount_fen",
        direct_consumer_fen=pl.when(won).then("consumer_paid_fen").otherwise(0),
        participation_consumer_fen="consumer_paid_fen",
    )
    unearned = money.join(found.select("entry_id"), on="entry_id", how="anti").select(
        "entry_id",
        campaign_code=pl.lit(""),
        level=pl.lit(int(Level.NONE), dtype=pl.Int64),
        reason=pl.lit(Reason.WON),
        direct_fen="amount_fen",
        participation_fen="amount_fen",
        direct_consumer_fen="consumer_paid_fen",
        participation_consumer_fen="consumer_paid_fen",
    )
    return pl.concat([credited, unearned])


def difference(desired: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
    """Return the signed rows that turn the existing state into the desired one.

    Shapes: CREDITS in; CREDITS out, plus `direct_on` and `participation_on`: +1 where a credit
    of that model appears, -1 where it goes, 0 where only its amount moves. Sorted by key, so
    that the same change is always written the same way.
    """
    signed = [
        frame.select(
            *CREDIT_KEY,
            *(pl.col(name) * sign for name in CREDIT_MONEY),
            direct_on=pl.col("direct_fen").ne(0).cast(pl.Int64) * sign,
            participation_on=pl.col("participation_fen").ne(0).cast(pl.Int64) * sign,
        )
        for frame, sign in ((desired, 1), (existing, -1))
    ]
    if not existing.height:
        return signed[0].sort(CREDIT_KEY)
    return (
        pl.concat(signed)
        .group_by(CREDIT_KEY)
        .agg(pl.all().sum())
        .filter(pl.any_horizontal(pl.col(CREDIT_MONEY) != 0))
        .sort(CREDIT_KEY)
    )


def _weakest_first(versions: Sequence[CampaignRules]) -> list[CampaignRules]:
    """Sort by what decides between candidates of equal level; codes by their UTF-8 bytes."""
    by_code = sorted(versions, key=lambda rules: rules.code.encode(), reverse=True)
    return sorted(
        by_code,
        key=lambda rules: (rules.priority, rules.starts_at, rules.starts_at - rules.ends_at),
    )


def _found(
    lines: pl.DataFrame, ranked: Sequence[CampaignRules], vouchers: Vouchers
) -> pl.DataFrame:
    """Return (_FOUND) every campaign whose window and scope the row meets, levels 1 to 4."""
    frames = [pl.DataFrame(schema=_FOUND)]
    near = [(rank, rules) for rank, rules in enumerate(ranked) if _may_meet(lines, rules)]
    if any(rules.minimum_order_fen for _, rules in near):
        gross = pl.when(pl.col("side") == "gross").then("amount_fen").otherwise(0)
        lines = lines.with_columns(order_fen=gross.sum().over("order_id"))
    masks = lines.select(_is_eligible(rules).alias(str(rank)) for rank, rules in near)
    for rank, rules in near:
        mask = masks[str(rank)]
        if mask.any():
            eligible = lines.filter(mask).select(
                "entry_id",
                rank=pl.lit(rank, dtype=pl.Int64),
                level=_evidence_level(rules),
                voucher=pl.lit(0, dtype=pl.Int64),
            )
            if rank in vouchers.covering:
                eligible = _redeemed(eligible, vouchers.covering[rank])
            frames.append(eligible.filter(pl.col("level") >= rules.minimum_level))
    return pl.concat(frames)


def _redeemed(eligible: pl.DataFrame, covered: pl.DataFrame) -> pl.DataFrame:
    """Raise the rows that a voucher of their campaign covers to its level (_FOUND)."""
    joined = eligible.drop("voucher").join(covered, on="entry_id", how="left")
    is_covered = pl.col("voucher").is_not_null()
    return joined.select(
        "entry_id",
        "rank",
        level=pl.when(is_covered).then(int(Level.VOUCHER)).otherwise("level").cast(pl.Int64),
        voucher=pl.col("voucher").fill_null(0),
    )


def _decided(found: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Let an operator's word go before everything found: window, scope, level (_FOUND)."""
    credited = verdicts.filter("is_credit").select(
        "entry_id",
        "rank",
        level=pl.lit(int(Level.MANUAL), dtype=pl.Int64),
        voucher=pl.lit(0, dtype=pl.Int64),
    )
    return pl.concat([found.join(verdicts, on=["entry_id", "rank"], how="anti"), credited])


def _may_meet(lines: pl.DataFrame, rules: CampaignRules) -> bool:
    """Say whether any row lies in the window: most campaigns are elsewhere in time."""
    first, last = lines["paid_us"].min(), lines["paid_us"].max()
    if not isinstance(first, int) or not isinstance(last, int):
        return False
    return first < _microseconds(rules.ends_at) and last >= _microseconds(rules.starts_at)


def _is_eligible(rules: CampaignRules) -> pl.Expr:
    """Build the condition that a ledger row lies in the window and meets every predicate."""
    paid = pl.col("paid_us")
    met = (paid >= _microseconds(rules.starts_at)) & (paid < _microseconds(rules.ends_at))
    for column, allowed in (
        ("sales_point_code", rules.sales_points),
        ("channel_class", rules.channel_classes),
        ("county_code", rules.counties),
        ("buyer_kind", rules.buyer_kinds),
    ):
        if allowed:
            met &= pl.col(column).is_in(sorted(allowed))
    if rules.has_product_scope:
        skus = sorted(rules.sku_codes)
        met &= pl.col("sku_code").is_in(skus) | pl.col("bundle_sku_code").is_in(skus)
    if rules.is_certified_only:
        met &= pl.col("is_certified") == 1
    if rules.needs_matched_line:
        met &= (pl.col("sku_code") != "") | (pl.col("bundle_sku_code") != "")
    if rules.minimum_order_fen:
        met &= pl.col("order_fen") >= rules.minimum_order_fen
    return met


def _evidence_level(rules: CampaignRules) -> pl.Expr:
    """Return the strongest evidence on the ledger row itself that ties it to the campaign.

    What is recorded beside the ledger raises it: `_redeemed` and `_decided`.
    """
    named = pl.col("reference_code") == rules.code
    level = pl.when(named).then(int(Level.REFERENCE)).otherwise(int(Level.PLACE))
    return level.cast(pl.Int64)


def _standings(
    found: pl.DataFrame, ranked: Sequence[CampaignRules], discounts: pl.Series
) -> pl.DataFrame:
    """Turn ranks into campaign codes and say why each loser lost (CREDIT_KEY columns).

    `discounts`: what each voucher took off its line, by its place in their order, in fen.
    """
    campaigns, vouchers = max(len(ranked), 1), len(discounts)
    level, rank = pl.col("level"), pl.col("rank")
    score = (level * vouchers + pl.col("voucher")) * campaigns + rank
    best = found.select(score.max().over("entry_id")).to_series()

    best_rank, best_voucher = best % campaigns, best // campaigns % vouchers

    def differs(values: list[int]) -> pl.Series:
        series = pl.Series(values, dtype=pl.Int64)
        return series[found["rank"]] != series[best_rank]

    lost: list[tuple[pl.Expr | pl.Series, str]] = [
        (level < best // (campaigns * vouchers), Reason.LOWER_LEVEL)
    ]
    if vouchers > 1:
        voucher = found["voucher"]
        lost.append((discounts[voucher] != discounts[best_voucher], Reason.SMALLER_DISCOUNT))
        lost.append((voucher != best_voucher, Reason.VOUCHER_ORDER))
    lost += [
        (differs([rules.priority for rules in ranked]), Reason.LOWER_PRIORITY),
        (differs([_microseconds(rules.starts_at) for rules in ranked]), Reason.EARLIER_START),
        (differs([_length(rules) for rules in ranked]), Reason.LONGER_WINDOW),
    ]
    reason = pl.lit(Reason.CODE_ORDER)
    for condition, why in reversed(lost):
        reason = pl.when(condition).then(pl.lit(why)).otherwise(reason)
    codes = pl.Series([rules.code for rules in ranked], dtype=pl.String)
    return found.select(
        "entry_id",
        "level",
        campaign_code=codes[found["rank"]],
        reason=pl.when(score == best).then(pl.lit(Reason.WON)).otherwise(reason),
    ).select(CREDIT_KEY)


def _length(rules: CampaignRules) -> int:
    return (rules.ends_at - rules.starts_at) // timedelta(microseconds=1)


def _microseconds(moment: datetime) -> int:
    """Return exact microseconds since 1970 UTC; a float would round them."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
