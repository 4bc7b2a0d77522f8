"""Decide by hand what a campaign earns: the only writer of attribution decisions.

A decision takes effect when it is checked, and ends when its revocation is checked; each puts
the order into the feed, and the next run weighs it (docs/decisions/0007-attribution.md).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketplace.errors import (
    CampaignNotPublished,
    DecisionNotValid,
    DecisionStands,
    OrderNotInLedger,
    UnknownOrderLine,
)
from marketplace.models import AttributionDecision, Campaign
from marketplace.rules.causes import DECISION_REASON
from marketplace.selectors.campaigns import current_version_of
from operations.errors import ReasonMissing
from operations.services import reviewing
from orders.models import EvidenceFile, Order, SalesEntry
from orders.services.feed import mark_orders

# The reason written beside orders that a decision counts differently.
FEED_REASON = DECISION_REASON
# The longest reason that the column takes. Unit: characters.
MAX_REASON = 500


@transaction.atomic
def decide_attribution(
    *,
    order: Order,
    line_key: str,
    campaign: Campaign,
    verdict: str,
    reason: str,
    papers: Iterable[EvidenceFile] = (),
    actor: User | None,
) -> AttributionDecision:
    """Propose that a campaign earns a sale, or does not; somebody else must check it.

    `line_key` '' decides on the whole order; `verdict` is an AttributionDecision.Verdict.
    Raises ReasonMissing, DecisionNotValid, CampaignNotPublished, OrderNotInLedger,
    UnknownOrderLine, and DecisionStands where one waits or counts already.
    """
    decision = AttributionDecision(
        order=order,
        line_key=line_key,
        campaign=campaign,
        verdict=_known_verdict(verdict),
        reason=_stated(reason),
    )
    _check_campaign(campaign)
    _check_line(order, line_key)
    reviewing.mark_made(decision, actor)
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError:
        raise _stands() from None
    decision.papers.set(papers)
    reviewing.record_making(decision)
    return decision


def submit_decision(row: AttributionDecision, actor: User | None) -> AttributionDecision:
    """Hand a returned decision to the checkers again.

    Raises ReviewRefused, and DecisionStands where another one took its place meanwhile.
    """
    try:
        return reviewing.submit(row, actor)
    except IntegrityError:
        raise _stands() from None


def approve_decision(row: AttributionDecision, actor: User | None) -> AttributionDecision:
    """Check a decision: it counts from the next run on.

    Raises ReviewRefused, and MakerMayNotCheck where the actor is its maker.
    """
    return reviewing.approve(row, actor, effect=_announce)


def confirm_decision_revocation(
    row: AttributionDecision, actor: User | None
) -> AttributionDecision:
    """Revoke a decision: from the next run on the order counts as if it had never been.

    Raises ReviewRefused, and MakerMayNotCheck where the actor asked for the revocation.
    """
    return reviewing.confirm_revocation(row, actor, effect=_announce)


def _announce(decision: AttributionDecision) -> None:
    mark_orders([decision.order_id], FEED_REASON)


def _known_verdict(verdict: str) -> str:
    if verdict not in AttributionDecision.Verdict.values:
        raise DecisionNotValid(_("认定只能是“认定归属”或“认定不归属”。"))
    return verdict


def _stated(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ReasonMissing(_("请填写原因。"))
    if len(reason) > MAX_REASON:
        raise DecisionNotValid(_("认定理由过长，最长 %(most)s 个字符。") % {"most": MAX_REASON})
    return reason


def _check_campaign(campaign: Campaign) -> None:
    if current_version_of(campaign) is None:
        raise CampaignNotPublished(
            _("活动“%(code)s”尚未发布，不能认定归属。") % {"code": campaign.code},
            campaign=campaign.code,
        )


def _check_line(order: Order, line_key: str) -> None:
    rows = SalesEntry.objects.filter(order=order)
    if not rows.exists():
        raise OrderNotInLedger(
            _("订单 %(order)s 没有台账记录，不能认定归属。") % {"order": order.number},
            order=order.number,
        )
    if line_key and not rows.filter(line_key=line_key).exists():
        raise UnknownOrderLine(
            _("订单 %(order)s 没有这一行：%(line)s。") % {"order": order.number, "line": line_key},
            order=order.number,
            line=line_key,
        )


def _stands() -> DecisionStands:
    return DecisionStands(_("该订单行对这个活动已有认定，请先退回或撤销原认定。"))
