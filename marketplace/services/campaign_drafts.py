"""Propose rules of a campaign, and publish what was checked: the only writer of drafts.

A draft counts for nothing. Its check publishes it in the same transaction; nothing takes a
published version back but another one (docs/decisions/0029-campaign-drafts-and-bridges.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.plain_text import one_line
from marketplace.errors import DraftNotValid, DraftStands, PreviewMissing
from marketplace.models import CampaignDraft
from marketplace.rules.campaigns import VersionRules
from marketplace.selectors.campaign_drafts import current_version_of_code
from marketplace.selectors.campaign_scopes import check_rules, check_scopes
from marketplace.selectors.campaigns import draft_rules
from marketplace.services.campaigns import publish_version, refuse_outdated
from operations.errors import ReasonMissing
from operations.models import ReviewState
from operations.services import reviewing

# The longest texts that the columns take. Unit: characters.
MAX_NAME, MAX_REASON = 120, 500


@transaction.atomic
def draft_version(
    *,
    campaign_code: str,
    name: str,
    base_number: int,
    stated: VersionRules,
    reason: str,
    actor: User | None,
) -> CampaignDraft:
    """Propose rules as the next version of a campaign, or as the first of a new one.

    `base_number`: the version that the rules change, 0 for a new campaign. The draft is not
    handed in yet: it is previewed first. Raises DraftOutdated, DraftNotValid, ReasonMissing,
    CampaignNotValid and UnknownScopeCode.
    """
    name, reason = _checked_texts(name, reason)
    check_rules(campaign_code, stated)
    check_scopes(stated.scopes)
    current = current_version_of_code(campaign_code)
    refuse_outdated(campaign_code, base_number, current)
    if current is not None and (current.rule_hash, current.campaign.name) == (
        stated.rule_hash,
        name,
    ):
        raise DraftNotValid(_("草案与现行规则相同，没有可发布的内容。"))
    draft = CampaignDraft(
        campaign_code=campaign_code,
        name=name,
        base_number=base_number,
        reason=reason,
        rule_hash=stated.rule_hash,
        **{**stated.as_values(), "scopes": _as_stored(stated.scopes)},
    )
    reviewing.mark_made(draft, actor)
    draft.state = ReviewState.DRAFT
    draft.save()
    reviewing.record_making(draft)
    return draft


def submit_draft(row: CampaignDraft, actor: User | None) -> CampaignDraft:
    """Hand a draft to the checkers.

    Raises ReviewRefused, PreviewMissing, DraftOutdated, and DraftStands where another one of
    the same campaign waits already.
    """
    _refuse_unseen(row)
    refuse_outdated(row.campaign_code, row.base_number, current_version_of_code(row.campaign_code))
    try:
        return reviewing.submit(row, actor)
    except IntegrityError:
        raise DraftStands(_("该活动已有待审核的草案，请先审核或退回它。")) from None


def approve_draft(row: CampaignDraft, actor: User | None) -> CampaignDraft:
    """Check a draft and publish it, in one transaction.

    Raises ReviewRefused, MakerMayNotCheck, PreviewMissing, and DraftOutdated where the campaign
    has another version by now; CampaignNotValid and UnknownScopeCode where something that it
    names is gone.
    """
    _refuse_unseen(row)
    return reviewing.approve(row, actor, effect=_publish)


def _publish(draft: CampaignDraft) -> None:
    draft.version = publish_version(
        campaign_code=draft.campaign_code,
        name=draft.name,
        base_number=draft.base_number,
        published_by=draft.checked_by,
        **draft_rules(draft).as_values(),
    )
    draft.save(update_fields=["version"])


def _refuse_unseen(draft: CampaignDraft) -> None:
    if not draft.preview:
        raise PreviewMissing(_("请先试算，看清草案会带来的变动。"))


def _checked_texts(name: str, reason: str) -> tuple[str, str]:
    name, reason = one_line(name.strip(), MAX_NAME + 1), reason.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise DraftNotValid(_("活动名称须有 1 至 120 个字符。"))
    if not reason:
        raise ReasonMissing(_("请填写原因。"))
    if len(reason) > MAX_REASON:
        raise DraftNotValid(_("修订理由最长 500 个字符。"))
    return name, reason


def _as_stored(scopes: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    return {kind: sorted(set(codes)) for kind, codes in sorted(scopes.items()) if codes}
