"""Explain an order on demand, and foresee what a decision on it would move. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from marketplace.models import AttributionDecision
from marketplace.rules.attribution import candidates, difference
from marketplace.rules.attribution.explaining import explain
from marketplace.rules.campaigns import CampaignRules
from marketplace.rules.explanations import RowExplanation
from marketplace.rules.line_evidence import DECISIONS, LineEvidence
from marketplace.selectors.campaigns import current_versions
from marketplace.selectors.ledger_frames import (
    orders_listed,
    read_credits,
    read_lines,
)
from marketplace.services.attribution.batches import evidence_for
from operations.models import STATES_IN_FORCE, ReviewState


@dataclass(frozen=True, slots=True)
class OrderExplanation:
    """An order's ledger rows explained by the rules of now.

    `versions` by campaign code; `decisions` in force by (line key, campaign code).
    `is_stored`: the state of attribution says the same; it does not while a change of the
    order, of the rules or of the evidence waits for the next run.
    """

    rows: list[RowExplanation]
    versions: dict[str, CampaignRules]
    decisions: dict[tuple[str, str], AttributionDecision]
    is_stored: bool


@dataclass(frozen=True, slots=True)
class Move:
    """What a line's net is credited to a campaign, '' for none, before and after. Direct rule."""

    line_key: str
    campaign_code: str
    before_fen: int
    after_fen: int


def explain_order(order_id: int) -> OrderExplanation:
    """Explain every ledger row of an order that has an amount, by the engine."""
    orders = orders_listed([order_id])
    versions = current_versions()
    lines = read_lines(orders)
    evidence = evidence_for(orders, versions)
    deserved = candidates(lines, versions, evidence)
    in_force = AttributionDecision.objects.filter(order=order_id, state__in=STATES_IN_FORCE)
    return OrderExplanation(
        rows=explain(lines, versions, evidence),
        versions={rules.code: rules for rules in versions},
        decisions={
            (each.line_key, each.campaign.code): each
            for each in in_force.select_related("campaign", "made_by", "checked_by")
        },
        is_stored=difference(deserved, read_credits(orders)).is_empty(),
    )


def foresee_decision(decision: AttributionDecision) -> list[Move]:
    """Return what the check of a decision, or of its revocation, would move between campaigns.

    By line key, then campaign code. Empty where it would move nothing.
    """
    orders = orders_listed([decision.order_id])
    versions = current_versions()
    lines = read_lines(orders)
    without = _without(evidence_for(orders, versions), decision)
    decided = _with(without, decision)
    is_ending = decision.state == ReviewState.REVOKING
    before, after = (decided, without) if is_ending else (without, decided)
    return _moves(lines, versions, before, after)


def _moves(
    lines: pl.DataFrame,
    versions: Sequence[CampaignRules],
    before: LineEvidence,
    after: LineEvidence,
) -> list[Move]:
    sums = [
        _net(candidates(lines, versions, evidence), lines, name)
        for evidence, name in ((before, "before"), (after, "after"))
    ]
    key = ["line_key", "campaign_code"]
    both = sums[0].join(sums[1], on=key, how="full", coalesce=True).fill_null(0)
    moved = both.filter(pl.col("before") != pl.col("after"))
    return [Move(*row) for row in sorted(moved.select(*key, "before", "after").iter_rows())]


def _net(credited: pl.DataFrame, lines: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the direct credits of each line and campaign, sales less refunds, as one column."""
    keys = lines.select("entry_id", "line_key")
    joined = credited.join(keys, on="entry_id", how="inner")
    return joined.group_by("line_key", "campaign_code").agg(pl.col("direct_fen").sum().alias(name))


def _without(evidence: LineEvidence, decision: AttributionDecision) -> LineEvidence:
    is_it = (pl.col("line_key") == decision.line_key) & (
        pl.col("campaign_code") == decision.campaign.code
    )
    return LineEvidence(evidence.redemptions, evidence.decisions.filter(~is_it), evidence.touches)


def _with(evidence: LineEvidence, decision: AttributionDecision) -> LineEvidence:
    one = pl.DataFrame(
        [[decision.order_id, decision.line_key, decision.campaign.code, decision.verdict]],
        schema=DECISIONS,
        orient="row",
    )
    decisions = pl.concat([evidence.decisions, one])
    return LineEvidence(evidence.redemptions, decisions, evidence.touches)
