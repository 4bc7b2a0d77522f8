"""Why the credits of a ledger row were written, and the step of a bridge that this makes.

Pure. A bridge (更正过桥) leads from one figure to another; each attribution entry between them
stands in exactly one step (docs/decisions/0029-campaign-drafts-and-bridges.md).
"""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum


class Cause(StrEnum):
    """Why an attribution entry was written (变动原因)."""

    LEDGER = "ledger"  # the first credits of a ledger row: the row itself says why
    DECISION = "decision"
    RULES = "rules"
    EVIDENCE = "evidence"


class Step(StrEnum):
    """A step of a bridge, in the order in which a bridge is read."""

    LATE_ORDERS = "late_orders"
    REFUNDS = "refunds"
    EXCLUSIONS = "exclusions"
    WITHDRAWALS = "withdrawals"
    CORRECTIONS = "corrections"
    MATCHING = "matching"
    DECISIONS = "decisions"
    EVIDENCE = "evidence"
    RULES = "rules"


# Reasons of the feed of changed orders that say more than that an order was reported again.
CAMPAIGN_REASON = "campaign"
DECISION_REASON = "decision"
_BY_REASON = {DECISION_REASON: Cause.DECISION, CAMPAIGN_REASON: Cause.RULES}
# Which door wrote a ledger row, by the first word of its `source`; other doors report sales.
STEP_OF_SOURCE = {
    "exclusion": Step.EXCLUSIONS,
    "withdrawal": Step.WITHDRAWALS,
    "correction": Step.CORRECTIONS,
    "matching": Step.MATCHING,
    "match": Step.MATCHING,
    "refund": Step.REFUNDS,
}
STEP_OF_KIND = {
    "sale": Step.LATE_ORDERS,
    "refund": Step.REFUNDS,
    "cancel": Step.REFUNDS,
    "correction": Step.CORRECTIONS,
}
STEP_OF_CAUSE = {
    Cause.DECISION: Step.DECISIONS,
    Cause.EVIDENCE: Step.EVIDENCE,
    Cause.RULES: Step.RULES,
}


def cause_of(reasons: Set[str]) -> Cause:
    """Return why credits that stood already move, from the feed's reasons for their order.

    The weightiest counts: a decision, then the rules, then what else was reported or recorded
    of the order, which is its evidence. Without a reason the rules are all that can differ.
    """
    if not reasons:
        return Cause.RULES
    for reason, cause in _BY_REASON.items():
        if reason in reasons:
            return cause
    return Cause.EVIDENCE
