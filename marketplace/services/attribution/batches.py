"""One batch of whole orders: read, judge, write the difference, move the totals.

The caller owns the transaction. The number of statements does not depend on the number of
orders, nor on the size of any table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from marketplace.models import AttributionEntry, DailyCount, DailyDigest, DailyMoney
from marketplace.models.totals import DAILY_MONEY
from marketplace.rules import state_digest, totals
from marketplace.rules.attribution import CREDIT_KEY, CREDIT_MONEY, candidates, difference
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.causes import Cause
from marketplace.rules.line_evidence import LineEvidence
from marketplace.selectors.ledger_frames import (
    OrderSet,
    count_orders,
    read_credits,
    read_evidence,
    read_lines,
)
from marketplace.services.attribution.edges import add_frame, write_frame


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What a batch looked at and wrote: orders with ledger rows, candidates, new entries."""

    orders: int
    candidates: int
    entries_written: int


@dataclass(frozen=True, slots=True)
class Movement:
    """What a batch changes in the daily totals, each frame in the columns of its model."""

    money: pl.DataFrame
    counts: pl.DataFrame
    digest: pl.DataFrame


def attribute_orders(
    run_id: int,
    orders: OrderSet,
    versions: Sequence[CampaignRules],
    causes: Mapping[int, str],
) -> BatchOutcome:
    """Bring the attribution of these orders to what the rules say; write only the difference.

    `causes`: why an order is looked at again, by its id, where that is known.
    """
    lines = read_lines(orders)
    existing = read_credits(orders)
    desired = deserved_credits(orders, lines, versions)
    changes = difference(desired, existing)
    if changes.height:
        joined = changes.join(lines, on="entry_id", how="inner").sort(CREDIT_KEY)
        _write_entries(run_id, _with_cause(joined, existing, causes))
        add_to_totals(movement(lines, desired, existing, joined))
    return BatchOutcome(
        orders=count_orders(orders),
        candidates=desired.filter(pl.col("campaign_code") != "").height,
        entries_written=changes.height,
    )


def deserved_credits(
    orders: OrderSet, lines: pl.DataFrame, versions: Sequence[CampaignRules]
) -> pl.DataFrame:
    """Return what the rules say of these orders, whose ledger rows are `lines` (CREDITS).

    The one way to ask: whoever recomputes asks here and so weighs the same evidence.
    """
    return candidates(lines, versions, evidence_for(orders, versions))


def evidence_for(orders: OrderSet, versions: Sequence[CampaignRules]) -> LineEvidence:
    """Return what is recorded beside the ledger of these orders, as far back as rules look."""
    lookback_days = max((rules.lookback_days for rules in versions), default=0)
    return read_evidence(orders, lookback_days)


def movement(
    lines: pl.DataFrame, after: pl.DataFrame, before: pl.DataFrame, changes: pl.DataFrame
) -> Movement:
    """Return what the move from one state to another changes in the totals.

    `changes` is their difference joined with `lines`; the totals of orders that it does not
    name stay as they are.
    """
    moved = lines.join(changes.select("order_id").unique(), on="order_id", how="semi")
    states = [state.join(moved, on="entry_id", how="inner") for state in (after, before)]
    return Movement(
        money=totals.money_changes(changes).select(*totals.MONEY_KEY, *DAILY_MONEY),
        counts=totals.count_changes(*states),
        digest=state_digest.digest_changes(*states),
    )


def add_to_totals(change: Movement) -> None:
    """Add to the three daily tables, always in this order and by ascending key."""
    add_frame(DailyMoney, totals.MONEY_KEY, change.money)
    add_frame(DailyCount, totals.COUNT_KEY, change.counts)
    add_frame(DailyDigest, state_digest.DIGEST_KEY, change.digest)


def rules_hash(versions: Sequence[CampaignRules]) -> str:
    """Return the sha256 (hex) of the rules of all campaigns together."""
    known = [
        f"{rules.code}\x1f{rules.number}\x1f{rules.rule_hash}\x1f{','.join(sorted(rules.sku_codes))}"
        for rules in sorted(versions, key=lambda rules: rules.code.encode())
    ]
    return hashlib.sha256("\n".join(known).encode()).hexdigest()


def _with_cause(
    changes: pl.DataFrame, existing: pl.DataFrame, causes: Mapping[int, str]
) -> pl.DataFrame:
    """Say beside each change why it is written: a ledger row without credits explains itself."""
    known = changes.get_column("entry_id").is_in(existing.get_column("entry_id").unique().implode())
    order = pl.col("order_id").replace_strict(
        list(causes), list(causes.values()), default=Cause.RULES, return_dtype=pl.String
    )
    return changes.with_columns(cause=pl.when(known).then(order).otherwise(pl.lit(Cause.LEDGER)))


def _write_entries(run_id: int, changes: pl.DataFrame) -> None:
    write_frame(
        AttributionEntry,
        changes.select(
            pl.lit(run_id, dtype=pl.Int64).alias("run_id"),
            "sales_point_code",
            "order_number",
            *CREDIT_KEY,
            "cause",
            *CREDIT_MONEY,
        ),
    )
