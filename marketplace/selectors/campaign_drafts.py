"""Questions about drafts of campaign rules: what they change, and whether a preview still holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from common.clock import SHANGHAI, business_day, window_of_days
from common.money import yuan
from marketplace.errors import UnknownDraft
from marketplace.models import (
    AttributionRun,
    Campaign,
    CampaignDraft,
    CampaignScope,
    CampaignVersion,
    Touchpoint,
)
from marketplace.rules import campaigns as rules
from marketplace.rules import printing
from marketplace.rules.campaigns import CampaignRules, VersionRules
from marketplace.rules.evidence import Level
from marketplace.selectors.campaigns import (
    current_version_of,
    current_versions,
    draft_rules,
    rules_of,
    version_rules,
)
from marketplace.selectors.explanation_words import BUYER_KIND_WORDS
from marketplace.selectors.reports.names import Names, read_names
from orders.models import ChangedOrder, SalesEntry
from products.models import Product


@dataclass(frozen=True, slots=True)
class Change:
    """One field of the rules: what holds now ('' where nothing does), what is proposed."""

    label: str
    current: str
    proposed: str

    @property
    def is_changed(self) -> bool:
        """Say whether the draft proposes something else."""
        return self.current != self.proposed


def find_draft(draft_id: int) -> CampaignDraft:
    """Return a draft by its number. Raises UnknownDraft."""
    try:
        return CampaignDraft.objects.get(pk=draft_id)
    except CampaignDraft.DoesNotExist:
        raise UnknownDraft(_("没有编号为 %(draft)s 的草案。") % {"draft": draft_id}) from None


def current_version_of_code(code: str) -> CampaignVersion | None:
    """Return the highest version of the campaign with a code; None where there is none."""
    campaign = Campaign.objects.filter(code=code).first()
    return None if campaign is None else current_version_of(campaign)


def versions_before_and_after(
    draft: CampaignDraft,
) -> tuple[list[CampaignRules], list[CampaignRules]]:
    """Return the rules of all campaigns as they are, and as they would be with the draft."""
    before = current_versions()
    proposed = rules_of(
        draft_rules(draft),
        code=draft.campaign_code,
        name=draft.name,
        number=draft.base_number + 1,
    )
    others = [one for one in before if one.code != draft.campaign_code]
    return before, sorted([*others, proposed], key=lambda one: one.code.encode())


def preview_basis(rule_hash: str) -> dict[str, Any]:
    """Return what a preview made now rests on: it holds as long as this stays the same.

    `rule_hash`: that of the rules of all campaigns (services.attribution.batches.rules_hash).
    Whatever moves credits puts orders into the feed, and the run that takes them is a new one.
    """
    last = AttributionRun.objects.aggregate(last=Max("id"))["last"]
    return {
        "rules": rule_hash,
        "run": last or 0,
        "ledger": SalesEntry.objects.aggregate(last=Max("id"))["last"] or 0,
        "touches": Touchpoint.objects.aggregate(last=Max("id"))["last"] or 0,
        "feed": ChangedOrder.objects.aggregate(last=Max("id"))["last"] or 0,
    }


def changes_of(draft: CampaignDraft) -> list[Change]:
    """Return every field of the rules, current beside proposed, in words."""
    base = _base_of(draft)
    names = read_names()
    now = {} if base is None else _words(version_rules(base), names)
    then = _words(draft_rules(draft), names)
    named = "" if base is None else base.campaign.name
    changes = [Change(_("活动名称"), named, draft.name)]
    return changes + [Change(label, now.get(label, ""), text) for label, text in then.items()]


def _base_of(draft: CampaignDraft) -> CampaignVersion | None:
    versions = CampaignVersion.objects.select_related("campaign")
    return versions.filter(campaign__code=draft.campaign_code, number=draft.base_number).first()


def window_days(stated: VersionRules) -> tuple[date, date]:
    """Return the first and the last business day of a window, both included."""
    return business_day(stated.starts_at), business_day(stated.ends_at - timedelta(microseconds=1))


def _words(stated: VersionRules, names: Names) -> dict[str, str]:
    return {
        _("活动时间"): _window_words(stated),
        _("最低归因依据"): _(Level(stated.minimum_level).label),
        _("优先级"): str(stated.priority),
        _("回溯天数"): str(stated.lookback_days),
        _("仅认定产品"): _("是") if stated.is_certified_only else _("否"),
        _("订单最低金额（元）"): yuan(stated.minimum_order_fen),
        **{
            str(CampaignScope.Kind(kind).label): _scope_words(kind, stated.scopes, names)
            for kind in rules.SCOPE_KINDS
        },
    }


def _window_words(stated: VersionRules) -> str:
    first, last = window_days(stated)
    period = printing.chinese_period(first, last)
    if window_of_days(first, last) == (stated.starts_at, stated.ends_at):
        return period
    start, end = (moment.astimezone(SHANGHAI) for moment in (stated.starts_at, stated.ends_at))
    return f"{period}（{start:%Y-%m-%d %H:%M:%S} — {end:%Y-%m-%d %H:%M:%S}）"


def _scope_words(kind: str, scopes: Mapping[str, Collection[str]], names: Names) -> str:
    codes = scopes.get(kind, ())
    if not codes:
        return _("不限")
    if kind == rules.PRODUCT:
        named = names.skus | dict(
            Product.objects.filter(code__in=codes).values_list("code", "name")
        )
        said = [named.get(code, code) for code in codes]
    elif kind == rules.BUYER_KIND:
        said = [_(BUYER_KIND_WORDS.get(code, code)) for code in codes]
    else:
        name = {
            rules.SALES_POINT: names.sales_point,
            rules.CHANNEL_CLASS: names.channel,
            rules.COUNTY: names.county,
        }[kind]
        said = [name(code) for code in codes]
    return "、".join(said)
